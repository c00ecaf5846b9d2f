/** Lists and objects inside each other, and entries of each, that are shown. */
const maxDepth = 8
const maxEntries = 1_000

/**
 * A live value as data that JSON can hold, all its texts by `text`: it ends for cycles, throws for nothing, and shows of
 * what is no data only what it is.
 */
export const plainValue = (value: unknown, text: (value: string) => string, depth = 0): unknown => {
  if (typeof value === 'string') return text(value)
  if (value === null || typeof value === 'boolean') return value
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value)
  if (typeof value === 'bigint') return String(value)
  if (typeof value !== 'object') return value === undefined ? undefined : `[${typeof value}]`
  if (depth >= maxDepth) return '[deeper]'
  const inside = (item: unknown): unknown => plainValue(item, text, depth + 1)
  try {
    if (Array.isArray(value)) return value.slice(0, maxEntries).map(item => inside(item) ?? null)
    if (value instanceof Error) return { name: text(value.name), message: text(value.message) }
    if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`
    return Object.fromEntries(
      Object.entries(value)
        .slice(0, maxEntries)
        .map(([name, item]) => [text(name), inside(item)]),
    )
  } catch {
    return '[unreadable]' // a getter of the value threw
  }
}
