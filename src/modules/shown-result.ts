/**
 * A tool's result as a model reads it in a text: data of pictures, sound and files is named and measured, not written out.
 */
export const shownResult = (result: unknown): unknown => {
  if (Array.isArray(result)) return result.map(shownResult)
  if (typeof result !== 'object' || result === null || !isPlain(result)) return result
  return Object.fromEntries(
    Object.entries(result).map(([key, value]) => [
      key,
      typeof value === 'string' ? shownText(value) : shownResult(value),
    ]),
  )
}

/** Base64 shorter than this is shown: it could be anything. */
const shortest = 512

const shownText = (text: string): string => {
  const comma = text.startsWith('data:') ? text.indexOf(',') : -1
  if (comma > 0 && text.slice(0, comma).endsWith(';base64')) {
    return `(${text.slice('data:'.length, comma - ';base64'.length)}, ${text.length - comma} characters of Base64)`
  }
  return text.length >= shortest && isBase64(text) ? `(${text.length} characters of Base64)` : text
}

const isBase64 = (text: string): boolean => text.length % 4 === 0 && /^[A-Za-z0-9+/]+={0,2}$/.test(text)

/** Dates and the like say what they are when they are written; their properties do not. */
const isPlain = (value: object): boolean => {
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === null || Object.getPrototypeOf(prototype) === null
}
