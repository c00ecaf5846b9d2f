const fence = '```'

/** The code of a text: what stands in its first fence, or all of it. A fence that nobody closed goes to the end. */
export function codeIn(text: string): string
export function codeIn(text: string | undefined): string | undefined
export function codeIn(text: string | undefined): string | undefined {
  const open = text?.indexOf(fence) ?? -1
  if (text === undefined || open < 0) return text
  const inside = open + fence.length
  const lineEnd = text.indexOf('\n', inside)
  const close = text.indexOf(fence, inside)
  // Fences in one line have no language.
  const begin = lineEnd >= 0 && (close < 0 || lineEnd < close) ? lineEnd + 1 : inside
  return text.slice(begin, close < 0 ? text.length : close).trim()
}
