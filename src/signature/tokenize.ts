import { endOfName } from './name-text.ts'
import { parseError } from './parse-error.ts'
import type { Token } from './token.ts'

/** Cuts a signature string into names, numbers, quoted strings and signs, in one pass and linear time. */
export const tokenize = (source: string): Token[] => {
  const tokens: Token[] = []
  let offset = 0
  while (true) {
    offset = matchAt(blank, source, offset)?.end ?? offset
    if (offset >= source.length) break
    const token = nextToken(source, offset)
    tokens.push(token.token)
    offset = token.end
  }
  tokens.push({ kind: 'end', text: '', offset: source.length })
  return tokens
}

const blank = /\s+/y
const number = /-?\d+(?:\.\d+)?/y
const sign = /->|\.\.\.|[,:?|()[\]<>.=]/y

const nextToken = (source: string, offset: number): { readonly token: Token; readonly end: number } => {
  const quote = source[offset]
  if (quote === "'" || quote === '"') return quotedString(source, offset, quote)
  const name = endOfName(source, offset)
  if (name > offset) return { token: { kind: 'name', text: source.slice(offset, name), offset }, end: name }
  const digits = matchAt(number, source, offset)
  if (digits && endOfName(source, digits.end) === digits.end) {
    return { token: { kind: 'number', text: digits.text, offset }, end: digits.end }
  }
  const match = digits ? undefined : matchAt(sign, source, offset)
  if (match) return { token: { kind: 'sign', text: match.text, offset }, end: match.end }
  const found = String.fromCodePoint(source.codePointAt(offset) ?? 0)
  throw parseError(source, offset, 'a name, a type or a sign of the grammar', `Remove ${JSON.stringify(found)}.`)
}

const matchAt = (pattern: RegExp, source: string, offset: number): { text: string; end: number } | undefined => {
  pattern.lastIndex = offset
  const text = pattern.exec(source)?.[0]
  return text === undefined ? undefined : { text, end: offset + text.length }
}

const escapes: ReadonlyMap<string, string> = new Map([
  ['n', '\n'],
  ['t', '\t'],
  ['r', '\r'],
  ['\\', '\\'],
  ["'", "'"],
  ['"', '"'],
])

const quotedString = (
  source: string,
  start: number,
  quote: string,
): { readonly token: Token; readonly end: number } => {
  let text = ''
  for (let offset = start + 1; offset < source.length; offset += 1) {
    const unit = source.charAt(offset)
    if (unit === quote)
      return {
        token: { kind: 'string', text, offset: start },
        end: offset + 1,
      }
    if (unit !== '\\') {
      text += unit
      continue
    }
    offset += 1
    const escaped = escapes.get(source.charAt(offset))
    text += escaped ?? `\\${source.charAt(offset)}` // an unknown escape stays as written, as in Python
  }
  throw parseError(source, start, `a closing ${quote}`, `Write ${quote} at the end of the literal.`)
}
