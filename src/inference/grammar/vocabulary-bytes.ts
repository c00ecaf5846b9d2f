import type { TokenVocabulary } from '../token-constraint.ts'

/** The bytes of all tokens, one after another, and where each ends. A token that is no text has none. */
export const vocabularyBytes = (
  vocabulary: TokenVocabulary,
): { readonly bytes: Uint8Array; readonly ends: Uint32Array<ArrayBuffer> } => {
  const ends = new Uint32Array(vocabulary.size)
  let bytes = new Uint8Array(vocabulary.size * 8)
  let length = 0
  for (let token = 0; token < vocabulary.size; token += 1) {
    const word = vocabulary.endTokens.has(token) ? undefined : vocabulary.bytesOf(token)
    if (word !== undefined) {
      if (length + word.length > bytes.length) {
        const larger = new Uint8Array(2 * (length + word.length))
        larger.set(bytes)
        bytes = larger
      }
      bytes.set(word, length)
      length += word.length
    }
    ends[token] = length
  }
  return { bytes: bytes.subarray(0, length), ends }
}
