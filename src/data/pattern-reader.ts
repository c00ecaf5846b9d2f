import { SignatureError } from '../errors/signature-error.ts'
import { escapedCodes } from './pattern-classes.ts'

/** Reads a regular expression letter by letter; a letter is a code point. */
export interface PatternReader {
  readonly offset: number
  /** The next letter, or nothing at the end. */
  peek(): string
  take(): string
  /** Takes the text if it comes next. */
  accept(text: string): boolean
  /** A number of decimal digits, or undefined when none comes next. */
  number(): number | undefined
  /** The code point of an escape whose backslash was taken; `extra` are the letters that may stand for themselves. */
  escaped(extra: string): number
  error(expected: string, remedy: string, offset?: number): SignatureError
}

const syntax = '^$\\.*+?()[]{}|/'

export const patternReader = (source: string): PatternReader => {
  let at = 0
  const letter = (): string => (at < source.length ? String.fromCodePoint(source.codePointAt(at) ?? 0) : '')
  const reader: PatternReader = {
    get offset() {
      return at
    },
    peek: letter,
    take() {
      const taken = letter()
      at += taken.length
      return taken
    },
    accept(text) {
      if (!source.startsWith(text, at)) return false
      at += text.length
      return true
    },
    number() {
      const from = at
      while (at < source.length && /\d/.test(source.charAt(at))) at += 1
      return at === from ? undefined : Number(source.slice(from, at))
    },
    escaped(extra) {
      const from = at - 1
      const taken = reader.take()
      const simple = escapedCodes.get(taken)
      if (simple !== undefined) return simple
      if (taken !== '' && (syntax.includes(taken) || extra.includes(taken))) return taken.charCodeAt(0)
      if (taken === '0' && !/\d/.test(letter())) return 0
      if (taken === 'x') return hexadecimal(2, from)
      if (taken === 'u') return unicode(from)
      if (/[1-9k]/.test(taken))
        throw reader.error('a pattern without references to groups', 'Write out what repeats.', from)
      if (/[pP]/.test(taken))
        throw reader.error('a pattern without \\p', 'Write the letters as a class: [a-zà-ÿ].', from)
      throw reader.error('an escape that is known', 'Leave the backslash out, or escape it.', from)
    },
    error: (expected, remedy, offset = at) =>
      new SignatureError('signature/parse', `Expected ${expected} in the pattern (offset ${offset}). ${remedy}`, {
        source,
        offset,
        expected,
      }),
  }

  const hexadecimal = (length: number, from: number): number => {
    const digits = source.slice(at, at + length)
    if (digits.length < length || !/^[\da-f]+$/i.test(digits)) {
      throw reader.error(`${length} hexadecimal digits`, 'Write all of them.', from)
    }
    at += length
    return Number.parseInt(digits, 16)
  }

  const unicode = (from: number): number => {
    if (reader.accept('{')) {
      const end = source.indexOf('}', at)
      const code = end < 0 ? Number.NaN : Number.parseInt(source.slice(at, end), 16)
      if (end < 0 || !/^[\da-f]{1,6}$/i.test(source.slice(at, end)) || code > 0x10_ff_ff) {
        throw reader.error('a code point between braces', 'Write \\u{1F600}.', from)
      }
      at = end + 1
      return code
    }
    const high = hexadecimal(4, from)
    const mark = at
    if (high >= 0xd8_00 && high <= 0xdb_ff && reader.accept('\\u') && letter() !== '{') {
      const low = hexadecimal(4, mark)
      if (low >= 0xdc_00 && low <= 0xdf_ff) return (high - 0xd8_00) * 0x4_00 + (low - 0xdc_00) + 0x1_00_00
    }
    at = mark
    return high
  }

  return reader
}
