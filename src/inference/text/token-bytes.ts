import type { JsonValue } from '../../data/json.ts'
import { isObject, listOf, objectOf } from '../../data/json-shape.ts'

/** How the words of a vocabulary spell bytes. */
export type Spelling =
  /** Each character stands for one byte, by the table of GPT-2's byte-level BPE. */
  | 'byte-level'
  /** Text as it is, `▁` for a space, `<0x0A>` for a single byte: sentencepiece. */
  | 'sentencepiece'
  /** Text as it is: WordPiece and others, whose texts cannot be put together from their tokens alone. */
  | 'plain'

/** How a `tokenizer.json` spells. */
export const spellingOf = (decoder: JsonValue | undefined, model: JsonValue | undefined): Spelling => {
  const parts = partsOf(decoder)
  if (parts.some(({ type }) => type === 'ByteLevel')) return 'byte-level'
  const isPieces =
    objectOf(model).byte_fallback === true || parts.some(({ type }) => type === 'Metaspace' || type === 'ByteFallback')
  return isPieces ? 'sentencepiece' : 'plain'
}

/** Whether a text loses the space that its first token begins with. */
export const stripsFirstSpace = (decoder: JsonValue | undefined): boolean =>
  partsOf(decoder).some(
    ({ type, content, start, add_prefix_space, prepend_scheme }) =>
      (type === 'Strip' && content === ' ' && typeof start === 'number' && start > 0) ||
      (type === 'Metaspace' && add_prefix_space !== false && prepend_scheme !== 'never'),
  )

/** A decoder and those it is made of. */
const partsOf = (decoder: JsonValue | undefined): readonly { readonly [key: string]: JsonValue }[] =>
  isObject(decoder) ? [decoder, ...listOf(decoder.decoders).flatMap(partsOf)] : []

/** The bytes that a word of the vocabulary stands for. */
export const bytesOfWord = (word: string, spelling: Spelling): Uint8Array => {
  if (spelling === 'byte-level') {
    const bytes = spelledBytes(word)
    // A word that is not spelled in the table is text as it is.
    if (bytes !== undefined) return bytes
  }
  if (spelling === 'sentencepiece') {
    if (/^<0x[0-9A-Fa-f]{2}>$/.test(word)) return Uint8Array.of(Number.parseInt(word.slice(3, 5), 16))
    return new TextEncoder().encode(word.replaceAll('▁', ' '))
  }
  return new TextEncoder().encode(word)
}

/** Read for every token when grammars are made: no character of the table takes two units of text, and none is looked up twice. */
const spelledBytes = (word: string): Uint8Array | undefined => {
  const bytes = new Uint8Array(word.length)
  for (let index = 0; index < word.length; index += 1) {
    const byte = byteOf[word.charCodeAt(index)]
    if (byte === undefined) return undefined
    bytes[index] = byte
  }
  return bytes
}

/**
 * The byte of each character, by its code. Bytes that are printable characters of Latin-1 stand for themselves, the others
 * follow in order from U+0100 (GPT-2).
 */
const byteTable = (): readonly (number | undefined)[] => {
  const isPrintable = (byte: number): boolean =>
    (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || byte >= 0xae
  const table: (number | undefined)[] = Array.from({ length: 0x200 }, () => undefined)
  let next = 0x100
  for (let byte = 0; byte < 256; byte += 1) {
    table[isPrintable(byte) ? byte : next] = byte
    if (!isPrintable(byte)) next += 1
  }
  return table
}

const byteOf = /* @__PURE__ */ byteTable()
