import type { JsonValue } from '../data/json.ts'
import { refusal } from './refusal.ts'
import { strictJson } from './strict-json.ts'

/** A body of a request. */
export interface JsonBody {
  /** As it was sent. */
  readonly text: string
  readonly value: JsonValue
}

/**
 * Reads the JSON body of a request.
 *
 * 1. Anything but uncompressed `application/json` in UTF-8 is refused with 415, unread: what a page may send to another
 *    site without asking never gets further.
 * 2. A body over `maxBytes` is refused with 413; no more than that is read, whatever its headers say.
 * 3. What is no UTF-8, or no JSON that is safe to read, is refused with 400.
 */
export const jsonBody = async (request: Request, maxBytes: number): Promise<JsonBody> => {
  const { body, headers } = request
  const encoding = headers.get('content-encoding') ?? 'identity'
  if (!isJson(headers.get('content-type') ?? '') || encoding.toLowerCase() !== 'identity') {
    await body?.cancel()
    throw refusal(415, 'request/media-type', 'Expected uncompressed JSON. Write Content-Type: application/json.')
  }
  if (Number(headers.get('content-length') ?? 0) > maxBytes) {
    await body?.cancel()
    throw tooLarge(maxBytes)
  }
  const text = body === null ? '' : await readText(body, maxBytes)
  return { text, value: strictJson(text) }
}

const utf8: readonly string[] = ['', 'charset=utf-8', 'charset="utf-8"', 'charset=utf8']

const isJson = (contentType: string): boolean => {
  const [type = '', ...parameters] = contentType.toLowerCase().split(';')
  return type.trim() === 'application/json' && parameters.every(one => utf8.includes(one.trim()))
}

const readText = async (body: ReadableStream<Uint8Array>, maxBytes: number): Promise<string> => {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
  const reader = body.getReader()
  let text = ''
  let bytes = 0
  for (;;) {
    const { done, value } = await reader.read()
    if (!done) bytes += value.length
    if (bytes > maxBytes) {
      await reader.cancel()
      throw tooLarge(maxBytes)
    }
    try {
      text += done ? decoder.decode() : decoder.decode(value, { stream: true })
    } catch {
      await reader.cancel()
      throw refusal(400, 'request/json', 'The body cannot be used. It is no UTF-8.')
    }
    if (done) return text
  }
}

const tooLarge = (maxBytes: number) =>
  refusal(413, 'request/too-large', `The body is too large. Send ${maxBytes} bytes or less.`)
