const words: ReadonlyMap<string, number> = new Map([
  ['nan', Number.NaN],
  ['inf', Number.POSITIVE_INFINITY],
  ['+inf', Number.POSITIVE_INFINITY],
  ['-inf', Number.NEGATIVE_INFINITY],
  ['infinity', Number.POSITIVE_INFINITY],
  ['+infinity', Number.POSITIVE_INFINITY],
  ['-infinity', Number.NEGATIVE_INFINITY],
])

const plain = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/
const grouped = /^[+-]?\d{1,3}(?:,\d{3})+(?:\.\d+)?$/

/** The number a text spells, thousands separators (`1,000`) allowed; undefined when it spells none. */
export const readNumber = (text: string): number | undefined => {
  const trimmed = text.trim()
  if (trimmed.length > 400) return undefined
  if (plain.test(trimmed)) return Number(trimmed)
  if (grouped.test(trimmed)) return Number(trimmed.replaceAll(',', ''))
  return words.get(trimmed.toLowerCase())
}
