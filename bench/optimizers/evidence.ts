/** What evidence is about: something known by its code, with a right value and tempting wrong ones for each part. */
export interface Known {
  readonly code: string
  readonly text: string
  readonly gold: readonly string[]
  readonly tempting: readonly (readonly string[])[]
}

/** What a text shows of an item: for each part whether the right value can be seen, and whether a wrong one can. */
export interface Evidence<Item extends Known> {
  readonly item: Item
  readonly right: readonly boolean[]
  readonly failed: readonly boolean[]
}

/** How far behind an item its values may stand, in characters. */
const reach = 700

/** Finds items in any text, by the pattern of their codes, with the values shown beside them; each item once. */
export const evidenceIn = <Item extends Known>(
  text: string,
  codes: RegExp,
  items: ReadonlyMap<string, Item>,
): readonly Evidence<Item>[] => {
  const places = [...text.matchAll(codes)].flatMap(({ 0: code, index }) => {
    const item = items.get(code)
    return item ? [{ item, index }] : []
  })
  const merged = new Map<Item, { right: boolean[]; failed: boolean[] }>()
  for (const [place, { item, index }] of places.entries()) {
    const next = places.find((later, position) => position > place && later.item !== item)?.index ?? text.length
    const around = besides(text, item, index, places[place - 1]?.index ?? 0, next)
    const seen = merged.get(item) ?? { right: [], failed: [] }
    merged.set(item, seen)
    for (const [part, gold] of item.gold.entries()) {
      seen.right[part] ||= stands(around, gold)
      seen.failed[part] ||= (item.tempting[part] ?? []).some(value => stands(around, value))
    }
  }
  return [...merged].map(([item, seen]) => ({ item, ...seen }))
}

/** The text about an item and no other, without the item itself. */
const besides = (text: string, item: Known, index: number, previous: number, next: number): string => {
  const lead = item.text.indexOf(item.code)
  const isWhole = text.startsWith(item.text, index - lead)
  const start = isWhole ? index - lead : index
  const end = isWhole ? start + item.text.length : index + item.code.length
  const before = Math.max(text.lastIndexOf('\n\n', start), text.lastIndexOf('{', start), previous)
  return `${text.slice(before, start)}\n${text.slice(end, Math.min(next, end + reach))}`
}

/** Whether a value stands in a text by itself. */
const stands = (text: string, value: string): boolean => {
  for (let index = text.indexOf(value); index >= 0; index = text.indexOf(value, index + 1))
    if (!/[\w/-]/.test(text[index - 1] ?? ' ') && !/[\w/-]/.test(text[index + value.length] ?? ' ')) return true
  return false
}
