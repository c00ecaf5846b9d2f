import { damaged, type WireField, wireFields, wireNumbers, wireText } from './wire-format.ts'

/** What an ONNX file says of one tensor, and of where its numbers are. */
export interface TensorFacts {
  readonly name: string
  readonly sizes: readonly number[]
  /** Bytes its numbers take by sizes and type; undefined for types whose width is not known. */
  readonly bytes: number | undefined
  /** Where its numbers lie when they are in another file. */
  readonly external: ReadonlyMap<string, string> | undefined
}

/** Bits of one element, by the number ONNX has for its type. */
const bitsOf: ReadonlyMap<number, number> = new Map([
  ...[1, 6, 12].map(type => [type, 32] as const),
  ...[2, 3, 9, 17, 18, 19, 20, 24].map(type => [type, 8] as const),
  ...[4, 5, 10, 16].map(type => [type, 16] as const),
  ...[7, 11, 13, 14].map(type => [type, 64] as const),
  ...[21, 22, 23].map(type => [type, 4] as const),
  [15, 128],
])

/**
 * Reads a TensorProto without its numbers, and compares what it says of their size with what is there: nobody shall be
 * asked for memory that the file does not fill.
 *
 * @throws RuntimeError `runtime/model-files`
 */
export const tensorFacts = (tensor: WireField): TensorFacts => {
  const { file } = tensor
  const sizes: number[] = []
  const external = new Map<string, string>()
  let name = ''
  let type = 0
  let isExternal = false
  let raw: number | undefined
  for (const field of wireFields(tensor)) {
    if (field.field === 1) sizes.push(...wireNumbers(field))
    else if (field.field === 2) type = field.value
    else if (field.field === 8 && field.kind === 'bytes') name = wireText(field)
    else if (field.field === 9 && field.kind === 'bytes') raw = field.to - field.from
    else if (field.field === 13 && field.kind === 'bytes') readEntry(field, external)
    else if (field.field === 14) isExternal = field.value === 1
    if (sizes.length > 8 || external.size > 16) throw damaged(file, tensor.start, 'a weight is described at length')
  }
  const elements = sizes.reduce((product, size) => product * size, 1)
  if (sizes.some(size => size < 0) || elements > 2 ** 48) {
    throw damaged(file, tensor.start, `${name} is of size [${sizes.join(', ')}]`)
  }
  const bits = bitsOf.get(type)
  const bytes = bits === undefined ? undefined : Math.ceil((elements * bits) / 8)
  if (isExternal || external.size > 0) return { name, sizes, bytes, external }
  if (raw !== undefined && bytes !== undefined && raw !== bytes) {
    throw damaged(file, tensor.start, `${name} is of size [${sizes.join(', ')}] and has ${raw} bytes`)
  }
  // Numbers in fields of their own take a byte at least, but for those of four bits.
  if (elements > 8 * (tensor.to - tensor.from)) {
    throw damaged(file, tensor.start, `${name} is of size [${sizes.join(', ')}] and has fewer numbers`)
  }
  return { name, sizes, bytes, external: undefined }
}

const readEntry = (entry: WireField, entries: Map<string, string>): void => {
  let key = ''
  let value = ''
  for (const field of wireFields(entry)) {
    if (field.field === 1 && field.kind === 'bytes') key = wireText(field)
    if (field.field === 2 && field.kind === 'bytes') value = wireText(field)
  }
  entries.set(key, value)
}
