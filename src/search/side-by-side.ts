/** The places of items, those with equal keys side by side: in the order of the first of each, and among themselves as they were. */
export const sideBySide = (keys: readonly (string | number)[]): readonly number[] => {
  const groups = new Map<string | number, number[]>()
  for (const [place, key] of keys.entries()) {
    const group = groups.get(key)
    if (group) group.push(place)
    else groups.set(key, [place])
  }
  return [...groups.values()].flat()
}
