/** Code points from the first to the last of each pair, in order, without overlaps. */
export type CodeRanges = readonly (readonly [first: number, last: number])[]

/** A regular expression, read. */
export type PatternNode =
  | { readonly kind: 'one'; readonly of: CodeRanges }
  | { readonly kind: 'sequence' | 'choice'; readonly parts: readonly PatternNode[] }
  | { readonly kind: 'repeat'; readonly part: PatternNode; readonly min: number; readonly max: number }
  | { readonly kind: 'place'; readonly at: 'start' | 'end' | 'boundary' | 'inside' }

export const lastCode = 0x10_ff_ff

/** Ranges in order, those that touch joined. */
export const joined = (ranges: CodeRanges): CodeRanges => {
  const out: [number, number][] = []
  for (const [first, last] of [...ranges].sort((left, right) => left[0] - right[0])) {
    const before = out.at(-1)
    if (before !== undefined && first <= before[1] + 1) before[1] = Math.max(before[1], last)
    else out.push([first, last])
  }
  return out
}

/** All code points but these. */
export const others = (ranges: CodeRanges): CodeRanges => {
  const out: [number, number][] = []
  let next = 0
  for (const [first, last] of joined(ranges)) {
    if (first > next) out.push([next, first - 1])
    next = last + 1
  }
  if (next <= lastCode) out.push([next, lastCode])
  return out
}

/** Whether a code point is one of these. */
export const includes = (ranges: CodeRanges, code: number): boolean => {
  let low = 0
  let high = ranges.length - 1
  while (low <= high) {
    const middle = (low + high) >> 1
    const [first, last] = ranges[middle] ?? [0, -1]
    if (code < first) high = middle - 1
    else if (code > last) low = middle + 1
    else return true
  }
  return false
}
