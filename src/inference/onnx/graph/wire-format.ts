import { RuntimeError } from '../../../errors/runtime-error.ts'

/** A stretch of a file in the wire format of protocol buffers. */
export interface WireMessage {
  readonly bytes: Uint8Array
  readonly from: number
  readonly to: number
  /** The name of the file, for errors. */
  readonly file: string
}

/** One field: a whole number, or the stretch its bytes lie in. */
export interface WireField extends WireMessage {
  readonly field: number
  /** Where the field begins, its tag included; `to` is where it ends. */
  readonly start: number
  readonly kind: 'number' | 'bytes' | 'fixed'
  /** Of a number; precise to 2^53. */
  readonly value: number
}

/**
 * The fields of a message in their order, bounded by what is there: lengths are compared with the bytes left before
 * anything is taken, nothing is copied, and each byte is passed once.
 *
 * @throws RuntimeError `runtime/model-files`
 * @see https://protobuf.dev/programming-guides/encoding/
 */
export function* wireFields({ bytes, from, to, file }: WireMessage): Generator<WireField, void> {
  const cursor = { at: from }
  while (cursor.at < to) {
    const start = cursor.at
    const tag = readVarint(bytes, cursor, to, file)
    const field = Math.floor(tag / 8)
    if (field < 1 || field > 0x1fffffff) throw damaged(file, start, 'a field has no number')
    switch (tag % 8) {
      case 0: {
        const at = cursor.at
        const value = readVarint(bytes, cursor, to, file)
        yield { bytes, file, field, start, kind: 'number', value, from: at, to: cursor.at }
        break
      }
      case 2: {
        const length = readVarint(bytes, cursor, to, file)
        yield { bytes, file, field, start, kind: 'bytes', value: 0, ...take(cursor, length, to, file) }
        break
      }
      case 1:
      case 5:
        yield { bytes, file, field, start, kind: 'fixed', value: 0, ...take(cursor, tag % 8 === 1 ? 8 : 4, to, file) }
        break
      default:
        throw damaged(file, start, `a field is of the unknown kind ${tag % 8}`)
    }
  }
}

/** One for all names: making one takes longer than most of them. */
const decoder = /* @__PURE__ */ new TextDecoder()

/** The text of a field, at most `limit` bytes of it. */
export const wireText = ({ bytes, from, to, file }: WireField, limit = 4096): string => {
  if (to - from > limit) throw damaged(file, from, `a name is longer than ${limit} bytes`)
  return decoder.decode(bytes.subarray(from, to))
}

export const damaged = (file: string, at: number, what: string): RuntimeError =>
  new RuntimeError(
    'runtime/model-files',
    `${file} is damaged: ${what} (at byte ${at}). Expected an ONNX file. Get it anew from where it came.`,
  )

const take = (cursor: { at: number }, length: number, to: number, file: string): { from: number; to: number } => {
  const from = cursor.at
  if (length < 0 || length > to - from)
    throw damaged(file, from, `${length} bytes are announced, ${to - from} are left`)
  cursor.at = from + length
  return { from, to: from + length }
}

const readVarint = (bytes: Uint8Array, cursor: { at: number }, to: number, file: string): number => {
  let low = 0
  let scale = 1
  for (let length = 0; length < 10; length++) {
    const byte = cursor.at < to ? bytes[cursor.at++] : undefined
    if (byte === undefined) throw damaged(file, cursor.at, 'it ends within a number')
    if (length === 9) {
      // The tenth byte holds the sign: what is below 2^63 in size is negative.
      if (byte > 1) throw damaged(file, cursor.at, 'a number is longer than 64 bits')
      return byte === 1 ? -readNegative(bytes, cursor.at - 10) : low
    }
    low += (byte & 127) * scale
    scale *= 128
    if (byte < 128) return low
  }
  throw damaged(file, cursor.at, 'a number is longer than 64 bits')
}

/** The size of a negative number of ten bytes: its bits turned over, and one. */
const readNegative = (bytes: Uint8Array, at: number): number => {
  let size = 1
  let scale = 1
  for (let index = 0; index < 9; index++) {
    size += (~(bytes[at + index] ?? 0) & 127) * scale
    scale *= 128
  }
  return size
}

/** The numbers of a repeated field, one by one or packed, at most `limit`. */
export const wireNumbers = (field: WireField, limit = 8): readonly number[] => {
  if (field.kind === 'number') return [field.value]
  if (field.kind === 'fixed') throw damaged(field.file, field.start, 'a number is of another kind')
  const numbers: number[] = []
  const cursor = { at: field.from }
  while (cursor.at < field.to) {
    numbers.push(readVarint(field.bytes, cursor, field.to, field.file))
    if (numbers.length > limit) throw damaged(field.file, field.start, `there are more than ${limit} numbers`)
  }
  return numbers
}
