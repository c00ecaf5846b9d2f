// What the core expects of its platform, and an engine inside a component lacks. Imported first, for its effect alone.
// Clock and dice are the host's: `component` puts them in their place.
import { DrainedPromise } from './drained-promise.ts'
import { sha256Bytes } from './sha-256.ts'

/** UTF-8; a lone surrogate becomes U+FFFD, as everywhere. */
class Utf8Encoder {
  encode(text = ''): Uint8Array<ArrayBuffer> {
    const bytes: number[] = []
    for (const letter of text) {
      const point = letter.codePointAt(0) ?? 0
      const code = point >= 0xd800 && point <= 0xdfff ? 0xfffd : point
      if (code < 0x80) bytes.push(code)
      else if (code < 0x800) bytes.push(0xc0 | (code >> 6), tail(code, 0))
      else if (code < 0x10000) bytes.push(0xe0 | (code >> 12), tail(code, 6), tail(code, 0))
      else bytes.push(0xf0 | (code >> 18), tail(code, 12), tail(code, 6), tail(code, 0))
    }
    return Uint8Array.from(bytes)
  }
}

const tail = (code: number, shift: number): number => 0x80 | ((code >> shift) & 0x3f)

/** Defaults of fields are the only values the core clones: plain data. */
const cloned = <T>(value: T): T => {
  if (Array.isArray(value)) return value.map(cloned) as T
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, cloned(part)])) as T
}

Object.assign(globalThis, {
  Promise: DrainedPromise,
  TextEncoder: Utf8Encoder,
  structuredClone: cloned,
  crypto: {
    subtle: { digest: (_name: string, data: Uint8Array) => DrainedPromise.resolve(sha256Bytes(data).buffer) },
  },
})
