import { isWideSpace } from '../data/wide-space.ts'

/*
 * Text as Python handles it, where that is not what JavaScript does: which characters are blank, what ends a line, how
 * a number is written. Each of these stands in for the Python function it is named after.
 */

/** `str.isspace` of one character. */
const isSpace = (code: number): boolean => (code >= 9 && code <= 13) || (code >= 28 && code <= 32) || isWideSpace(code)

/** `str.rstrip()`. */
export const trimEnd = (text: string): string => {
  let end = text.length
  while (end > 0 && isSpace(text.charCodeAt(end - 1))) end -= 1
  return text.slice(0, end)
}

/** `str.lstrip()`. */
export const trimStart = (text: string): string => {
  let start = 0
  while (start < text.length && isSpace(text.charCodeAt(start))) start += 1
  return text.slice(start)
}

/** `str.splitlines()`. */
export const splitLines = (text: string): readonly string[] => {
  const lines: string[] = []
  let start = 0
  for (let at = 0; at < text.length; at += 1) {
    if (!endsLine(text.charCodeAt(at))) continue
    lines.push(text.slice(start, at))
    if (text[at] === '\r' && text[at + 1] === '\n') at += 1
    start = at + 1
  }
  return start < text.length ? [...lines, text.slice(start)] : lines
}

const endsLine = (code: number): boolean =>
  (code >= 10 && code <= 13) || (code >= 28 && code <= 30) || code === 0x85 || code === 0x2028 || code === 0x2029

/** `inspect.cleandoc`: the margin that all lines but the first share is gone, and so are blank lines around the text. */
export const cleanDoc = (text: string): string => {
  const [first = '', ...rest] = expandTabs(text).split('\n')
  let margin = Number.POSITIVE_INFINITY
  for (const line of rest) {
    const content = trimStart(line).length
    if (content > 0) margin = Math.min(margin, line.length - content)
  }
  const lines = [
    trimStart(first),
    ...(margin === Number.POSITIVE_INFINITY ? rest : rest.map(line => line.slice(margin))),
  ]
  while (lines.at(-1) === '') lines.pop()
  const start = lines.findIndex(line => line !== '')
  return lines.slice(Math.max(start, 0)).join('\n')
}

/** `textwrap.dedent` of a text that is clean already: lines of blanks lose them. */
export const dedentClean = (text: string): string =>
  text
    .split('\n')
    .map(line => (/^[ \t]+$/.test(line) ? '' : line))
    .join('\n')

const expandTabs = (text: string): string => {
  if (!text.includes('\t')) return text
  let column = 0
  let expanded = ''
  for (const character of text) {
    const width = character === '\t' ? 8 - (column % 8) : 1
    expanded += character === '\t' ? ' '.repeat(width) : character
    column = character === '\n' || character === '\r' ? 0 : column + width
  }
  return expanded
}

/** `repr` of a float. */
export const floatText = (value: number): string => {
  if (Number.isNaN(value)) return 'nan'
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf'
  if (Object.is(value, -0)) return '-0.0'
  const [digits = '', power = '0'] = value.toExponential().split('e')
  const exponent = Number(power)
  if (exponent < -4 || exponent >= 16) {
    return `${digits}e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`
  }
  return Number.isInteger(value) ? `${value}.0` : String(value)
}

/** `str` of the integer that a number is. */
export const integerText = (value: number): string =>
  Math.abs(value) < 1e21 ? String(value) : BigInt(value).toString()
