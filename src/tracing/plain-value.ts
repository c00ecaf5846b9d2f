/** Lists and objects inside each other, and entries of each, that are shown. */
const maxDepth = 8
const maxEntries = 1_000

/** How many values may still be shown of one that has many inside. */
export interface Room {
  left: number
}

/**
 * A live value as data that JSON can hold, all its texts by `text`: it ends for cycles, throws for nothing, and shows of
 * what is no data only what it is.
 */
export const plainValue = (
  value: unknown,
  text: (value: string) => string,
  room: Room = { left: Number.POSITIVE_INFINITY },
  depth = 0,
): unknown => {
  room.left -= 1
  if (room.left < 0) return '[more]'
  if (typeof value === 'string') return text(value)
  if (value === null || typeof value === 'boolean') return value
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value)
  if (typeof value === 'bigint') return String(value)
  if (typeof value !== 'object') return value === undefined ? undefined : `[${typeof value}]`
  if (depth >= maxDepth) return '[deeper]'
  const inside = (item: unknown): unknown => plainValue(item, text, room, depth + 1)
  try {
    const most = Math.min(maxEntries, Math.max(1, room.left))
    if (Array.isArray(value)) return value.slice(0, most).map(item => inside(item) ?? null)
    if (value instanceof Error) return { name: text(value.name), message: text(value.message) }
    if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`
    return Object.fromEntries(
      Object.entries(value)
        .slice(0, most)
        .map(([name, item]) => [text(name), inside(item)]),
    )
  } catch {
    return '[unreadable]' // a getter of the value threw
  }
}
