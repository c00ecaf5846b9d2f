import type { CallScope } from './call-scope.ts'

/** A body was longer than allowed. */
export class TooLong extends Error {
  constructor(limit: number) {
    super(`The body is longer than ${limit} bytes.`)
  }
}

/** A body was not UTF-8. */
export class NotText extends Error {
  constructor() {
    super('The body is not UTF-8 text.')
  }
}

/** Bytes read after which everything else gets its turn: a fast source leaves no gap between its pieces. */
const breathBytes = 65_536

const breath = (): Promise<void> => new Promise(resolve => setTimeout(resolve, 0))

/**
 * Reads a body as UTF-8 text piece by piece, at most `limit` bytes of it.
 *
 * The stream is canceled when the reader leaves early. Timers and other calls get their turn on the way.
 *
 * @throws TooLong beyond the limit; NotText when it is not UTF-8
 */
export async function* textPieces(
  body: ReadableStream<Uint8Array<ArrayBuffer>>,
  limit: number,
  scope: CallScope,
): AsyncGenerator<string, void, undefined> {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  const reader = body.getReader()
  let length = 0
  let sinceBreath = 0
  let finished = false
  try {
    for (;;) {
      const next = await scope.listen(reader.read())
      if (next.done) break
      length += next.value.byteLength
      if (length > limit) throw new TooLong(limit)
      yield decoded(decoder, next.value)
      sinceBreath += next.value.byteLength
      if (sinceBreath < breathBytes) continue
      sinceBreath = 0
      await breath()
    }
    finished = true
    const rest = decoded(decoder)
    if (rest !== '') yield rest
  } finally {
    // Not awaited: a source that never settles must not hold the caller. What failed has nothing left to cancel.
    if (!finished) reader.cancel().catch(() => {})
  }
}

const decoded = (decoder: InstanceType<typeof TextDecoder>, bytes?: Uint8Array): string => {
  try {
    return bytes ? decoder.decode(bytes, { stream: true }) : decoder.decode()
  } catch {
    throw new NotText()
  }
}

/** The whole text of a body. Written out, for it is on the way of every call: a generator costs as much as the reading. */
export const readText = async (...[body, limit, scope]: Parameters<typeof textPieces>): Promise<string> => {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  const reader = body.getReader()
  let length = 0
  let text = ''
  try {
    for (;;) {
      const { done, value } = await scope.listen(reader.read())
      if (done) return text + decoded(decoder)
      length += value.byteLength
      if (length > limit) throw new TooLong(limit)
      text += decoded(decoder, value)
    }
  } catch (error) {
    reader.cancel().catch(() => {}) // as above
    throw error
  }
}

/** As much of a body as can be read, for an error message: its own failures do not matter. */
export const readSome = async (...[body, limit, scope]: Parameters<typeof textPieces>): Promise<string> => {
  let text = ''
  try {
    for await (const piece of textPieces(body, limit, scope)) text += piece
  } catch {
    scope.check()
  }
  return text
}
