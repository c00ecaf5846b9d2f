import type { Tokenizer } from '../tokenizer.ts'

/** Who wrote a text, and so what it may not do: a model's own tags are left to the model and to its programmer. */
export type Writer = 'anybody' | 'model'

/** Keeps what people write apart from what orders a conversation. */
export interface PlainText {
  /** The text with every control token in it broken by a mark; the same text where there is none. */
  marked(text: string, writer: Writer): string
  /** The tokens of a text in which marks may stand: what they break is text, and they are gone. */
  encode(text: string): readonly number[]
}

/**
 * A prompt is one text for the tokenizer, in which `<|im_end|>` is a token wherever it stands. So whoever fills a ticket, a
 * page or the answer of a tool could end their turn and begin another. Marks say which of them are words.
 *
 * 1. A special token in marked text is never that token: it is encoded in two pieces, as other text is.
 * 2. The same holds for the tags of thoughts, calls and results in what anybody wrote; a model's own may be tags.
 * 3. A text without control tokens has the tokens it would have without marks.
 *
 * @example
 * const { marked, encode } = plainText(tokenizer.encode, ['<|im_start|>', '<|im_end|>'])
 * encode(`<|im_start|>user\n${marked(ticket, 'anybody')}<|im_end|>\n`)
 */
export const plainText = (encode: (text: string) => readonly number[], controls: readonly string[] = []): PlainText => {
  const guards: Readonly<Record<Writer, (text: string) => string>> = {
    anybody: marking([...controls, ...tags]),
    model: marking(controls.filter(control => !tags.includes(control))),
  }
  return {
    marked: (text, writer) => guards[writer](text),
    encode: text =>
      text.includes(mark)
        ? text.split(broken).flatMap(piece => [...encode(piece.replaceAll(itself, mark))])
        : encode(text),
  }
}

/** What keeps texts text for a tokenizer: its own way, or by the tags alone where it names no control tokens. */
export const plainTextOf = ({ plain, encode }: Pick<Tokenizer, 'plain' | 'encode'>): PlainText =>
  plain ?? plainText(encode)

/** The tags that models are told by who speaks: of thoughts, of calls and of what tools said. */
const tags: readonly string[] = ['think', 'tool_call', 'tool_response'].flatMap(name => [`<${name}>`, `</${name}>`])

/** A code point that is no character, and what it says by the one after it: a break, or that the text has it itself. */
const mark = '\uFDD0'
const broken = `${mark}\uFDD1`
const itself = `${mark}\uFDD2`

/** Breaks every occurrence of the words, those that overlap too; what it costs hardly depends on their number. */
const marking = (words: readonly string[]): ((text: string) => string) => {
  // A single character cannot be broken.
  const known = new Set(words.filter(word => Array.from(word).length > 1))
  const firsts = new Set([...known].map(word => word.charAt(0)))
  const lengths = new Set([...known].map(word => word.length))
  return text => {
    const breaks = new Set<number>()
    for (const first of firsts) {
      for (let at = text.indexOf(first); at >= 0; at = text.indexOf(first, at + 1)) {
        for (const length of lengths) {
          const word = text.slice(at, at + length)
          if (known.has(word)) breaks.add(at + breakOf(word))
        }
      }
    }
    const places = [0, ...[...breaks].sort((one, other) => one - other), text.length]
    return places
      .slice(1)
      .map((end, index) => text.slice(places[index], end).replaceAll(mark, itself))
      .join(broken)
  }
}

/** Behind the first letters, where texts are split into words anyway; else behind the first character. */
const breakOf = (word: string): number => {
  const letters = /\p{L}+/u.exec(word)
  const end = letters === null ? word.length : letters.index + letters[0].length
  return end < word.length ? end : (Array.from(word)[0]?.length ?? 1)
}
