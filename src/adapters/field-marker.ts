/** A field marker found at the start of a text: the field it opens and how many characters it takes. */
export interface FieldMarker {
  readonly name: string
  readonly length: number
}

/** Longer than any marker that is meant as one: keeps what a stream holds back small. */
const longest = 200

/**
 * Reads `[[ ## name ## ]]` at the start of `text`; blanks inside are free, and bold around it is forgiven.
 *
 * `partial` means the text ends before one can tell. Looks at `longest` characters at most.
 */
export const readMarker = (text: string, start = 0): FieldMarker | 'partial' | undefined => {
  let at = start
  const end = Math.min(text.length, start + longest)
  const blanks = (): void => {
    while (at < end && (text[at] === ' ' || text[at] === '\t')) at += 1
  }
  const cut = (): 'partial' | undefined => (at >= text.length && at - start < longest ? 'partial' : undefined)
  /** True when `word` stands here, `partial` when the text ends inside it. */
  const word = (expected: string): boolean | 'partial' => {
    if (text.startsWith(expected, at)) {
      at += expected.length
      return true
    }
    return at + expected.length > text.length && expected.startsWith(text.slice(at)) ? 'partial' : false
  }
  blanks()
  const bold = word('**')
  if (bold === 'partial') return 'partial'
  for (const piece of ['[[', '##']) {
    const found = word(piece)
    if (found !== true) return found === 'partial' ? 'partial' : undefined
    blanks()
  }
  const from = at
  while (at < end && isNameCharacter(text.charCodeAt(at))) at += 1
  const name = text.slice(from, at)
  if (name === '') return cut()
  for (const piece of ['##', ']]']) {
    blanks()
    const found = word(piece)
    if (found !== true) return found === 'partial' ? 'partial' : undefined
  }
  if (bold) {
    const closing = word('**')
    if (closing === 'partial') return 'partial'
  }
  return { name, length: at - start }
}

const isNameCharacter = (code: number): boolean =>
  (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || (code >= 48 && code <= 57) || code === 95 || code > 127
