/** A word, a sign, or `literal` for a text, template or pattern. A bracket and its partner stand outside of what they hold. */
export interface Token {
  readonly start: number
  readonly end: number
  readonly text: string
  readonly depth: number
}

/**
 * Reads JavaScript just far enough to tell words from texts, comments and patterns, and how deep in brackets they stand;
 * in one pass. False where it lost its way: a text without end, a bracket without partner.
 *
 * Whether a `/` divides or begins a pattern is told by what stands before it, as simple highlighters do; `if (x) /a/`
 * and the like are taken for a division.
 */
export const readTokens = (code: string, take: (token: Token) => void): boolean => {
  const open: string[] = []
  let last = ''
  let at = 0
  const give = (start: number, text: string): void => {
    last = text
    take({ start, end: at, text, depth: open.length })
  }
  while (at < code.length) {
    const start = at
    const sign = code[at] ?? ''
    if (sign === '/' && (code[at + 1] === '/' || code[at + 1] === '*')) {
      at = afterComment(code, at)
      if (at < 0) return false
    } else if (sign === '"' || sign === "'" || (sign === '/' && expectsValue(last))) {
      at = sign === '/' ? afterPattern(code, at) : afterText(code, at, sign)
      if (at < 0) return false
      give(start, 'literal')
    } else if (sign === '`' || (sign === '}' && open.at(-1) === '`')) {
      if (sign === '}') open.pop()
      at = afterTemplatePart(code, at + 1)
      if (at < 0) return false
      give(start, code[at - 1] === '`' ? 'literal' : '{')
      if (last === '{') open.push('`')
    } else if (sign === '(' || sign === '[' || sign === '{') {
      at += 1
      give(start, sign)
      open.push(sign)
    } else if (sign === ')' || sign === ']' || sign === '}') {
      if (open.pop() !== partners[sign]) return false
      at += 1
      give(start, sign)
    } else if (isSpace(sign)) at += 1
    else {
      at = afterWord(code, at)
      give(start, code.slice(start, at))
    }
  }
  return open.length === 0
}

const partners: Readonly<Record<string, string>> = { ')': '(', ']': '[', '}': '{' }

const isSpace = (sign: string): boolean => /\s/.test(sign)

const word = /[\p{ID_Continue}$]+/uy

const afterWord = (code: string, at: number): number => {
  word.lastIndex = at
  return word.test(code) ? word.lastIndex : at + 1
}

const beforeValue: ReadonlySet<string> = new Set(
  'await case delete do else in instanceof new of return throw typeof void yield'.split(' '),
)

/** Whether what follows this token is the beginning of a value. */
const expectsValue = (last: string): boolean => {
  if (last === ')' || last === ']' || last === 'literal') return false
  return beforeValue.has(last) || !/^[\p{ID_Continue}$]/u.test(last)
}

const afterComment = (code: string, at: number): number => {
  const isLine = code[at + 1] === '/'
  const end = code.indexOf(isLine ? '\n' : '*/', at + 2)
  if (end < 0) return isLine ? code.length : -1
  return end + (isLine ? 1 : 2)
}

const afterText = (code: string, at: number, quote: string): number => {
  for (let index = at + 1; index < code.length; index += 1) {
    const sign = code[index]
    if (sign === quote) return index + 1
    if (sign === '\\') index += 1
    else if (sign === '\n') return -1
  }
  return -1
}

/** Behind the `` ` `` that ends a template, or the `${` that interrupts it. */
const afterTemplatePart = (code: string, from: number): number => {
  for (let index = from; index < code.length; index += 1) {
    const sign = code[index]
    if (sign === '`') return index + 1
    if (sign === '\\') index += 1
    else if (sign === '$' && code[index + 1] === '{') return index + 2
  }
  return -1
}

const afterPattern = (code: string, at: number): number => {
  let inClass = false
  for (let index = at + 1; index < code.length; index += 1) {
    const sign = code[index]
    if (sign === '\n') return -1
    if (sign === '\\') index += 1
    else if (sign === '[') inClass = true
    else if (sign === ']') inClass = false
    else if (sign === '/' && !inClass) return index + 1
  }
  return -1
}
