/** A value with names: an object that is no list. */
export type Row = Readonly<Record<string, unknown>>

export const isRow = (value: unknown): value is Row =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The text under the first of the names that has one. */
export const textIn = (row: Row, ...names: readonly string[]): string | undefined => {
  for (const name of names) {
    const value = Object.hasOwn(row, name) ? row[name] : undefined
    if (typeof value === 'string') return value
  }
  return undefined
}

/** Reads every item of a list; undefined when one cannot be read. */
export const readAll = <Item>(
  list: unknown,
  read: (item: unknown) => Item | undefined,
): readonly Item[] | undefined => {
  if (!Array.isArray(list)) return undefined
  const items: Item[] = []
  for (const one of list) {
    const item = read(one)
    if (item === undefined) return undefined
    items.push(item)
  }
  return items
}
