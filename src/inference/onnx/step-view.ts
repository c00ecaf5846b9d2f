import type { NetworkRows } from '../network.ts'

/**
 * What of the memory a step is given: some slots for all rows, and others for one row each, so that no row is compared
 * with the state of answers it does not belong to. Attention then sees a memory of its own numbering: first what all
 * are given, then the widest of what one row is given, then the rows.
 */
export interface StepView {
  /** Slots for all rows: pairs `from, to`, ascending. */
  readonly past: readonly number[]
  /** Slots for one row each, in such pairs; undefined where no row has any. */
  readonly branches: readonly (readonly number[])[] | undefined
  /**
   * Columns of the one and of the other, at least 1 each: onnxruntime 1.30 stops at a product with nothing. No column for
   * branches where no row has any: attention then has a form that does not look for them.
   */
  readonly pastWidth: number
  readonly branchWidth: number
  /** What each row sees, in the numbering of the view. */
  readonly visible: readonly (readonly number[])[]
  /** What the step takes: rows x columns, and what stands in for the rest. */
  readonly cost: number
}

/** Slots that could be compared in the time in which the state of one is copied for a row. */
const copying = 5
/** Slots x rows that could be compared in the time in which the weights are read once. */
const reading = 10_000

type Rows = Pick<NetworkRows, 'tokens' | 'at' | 'visible'>

/** The cheaper of two views: all slots that any row sees for all of them, or what they have in common and the rest apart. */
export const stepView = (rows: Rows): StepView => {
  const ranges = pastRanges(rows)
  const whole = together(rows, ranges)
  if (rows.tokens.length === 1) return whole
  const split = apart(rows, ranges)
  return split.cost < whole.cost ? split : whole
}

/**
 * The parts in which a step is computed: at once, or first the rows whose logits nobody wants, mostly prompts, and then the
 * others, mostly answers, when each then has far less to look at.
 */
export const stepParts = (
  rows: NetworkRows,
): readonly { readonly from: number; readonly to: number; readonly view: StepView }[] => {
  const count = rows.tokens.length
  const middle = count - rows.keep
  const whole = { from: 0, to: count, view: stepView(rows) }
  if (rows.visible === undefined || middle === 0 || rows.keep === 0) return [whole]
  const first = { from: 0, to: middle, view: stepView(rowsOf(rows, 0, middle)) }
  const last = { from: middle, to: count, view: stepView(rowsOf(rows, middle, count)) }
  return first.view.cost + last.view.cost + reading < whole.view.cost ? [first, last] : [whole]
}

export const rowsOf = (rows: NetworkRows, from: number, to: number): NetworkRows => ({
  tokens: rows.tokens.slice(from, to),
  positions: rows.positions.slice(from, to),
  at: rows.at + from,
  ...(rows.visible === undefined ? {} : { visible: rows.visible.slice(from, to) }),
  keep: Math.max(0, Math.min(to - from, to - (rows.tokens.length - rows.keep))),
})

/** What each row sees of the slots below the first row. */
const pastRanges = ({ tokens, at, visible }: Rows): readonly (readonly number[])[] => {
  const all = at === 0 ? [] : [0, at]
  return tokens.map((_, row) => {
    if (visible === undefined) return all
    const seen = visible[row] ?? []
    return (seen.at(-1) ?? 0) <= at ? seen : clipped(seen, 0, at)
  })
}

/** Of the rows themselves, those that each sees, in the numbering of a view. */
const ownRanges = ({ at, visible }: Rows, row: number, first: number): readonly number[] => {
  if (visible === undefined) return row === 0 ? [] : [first, first + row]
  const seen = visible[row] ?? []
  if ((seen.at(-1) ?? 0) <= at) return []
  return clipped(seen, at, at + row).map(slot => slot - at + first)
}

const clipped = (ranges: readonly number[], low: number, high: number): readonly number[] => {
  const inside: number[] = []
  for (let index = 0; index + 1 < ranges.length; index += 2) {
    const from = Math.max(low, ranges[index] ?? 0)
    const to = Math.min(high, ranges[index + 1] ?? 0)
    if (from < to) inside.push(from, to)
  }
  return inside
}

const lengthOf = (ranges: readonly number[]): number => {
  let length = 0
  for (let index = 0; index + 1 < ranges.length; index += 2) length += (ranges[index + 1] ?? 0) - (ranges[index] ?? 0)
  return length
}

const together = (rows: Rows, ranges: readonly (readonly number[])[]): StepView => {
  const { at, tokens } = rows
  const past = union(ranges, at)
  const pastWidth = Math.max(1, lengthOf(past))
  const place = placesOf(past)
  const first = pastWidth
  return {
    past,
    branches: undefined,
    pastWidth,
    branchWidth: 0,
    visible: ranges.map((seen, row) => [...place(seen), ...ownRanges(rows, row, first)]),
    cost: tokens.length * (first + tokens.length),
  }
}

const apart = (rows: Rows, ranges: readonly (readonly number[])[]): StepView => {
  const { at, tokens } = rows
  const past = common(ranges)
  const end = past.at(-1) ?? 0
  const branches = ranges.map(seen => ((seen.at(-1) ?? 0) <= end ? [] : clipped(seen, end, at)))
  const lengths = branches.map(lengthOf)
  const pastWidth = Math.max(1, lengthOf(past))
  const branchWidth = Math.max(1, ...lengths)
  const first = pastWidth + branchWidth
  const all = lengthOf(past)
  return {
    past,
    branches,
    pastWidth,
    branchWidth,
    visible: lengths.map((length, row) => [
      ...(all === 0 ? [] : [0, all]),
      ...(length === 0 ? [] : [pastWidth, pastWidth + length]),
      ...ownRanges(rows, row, first),
    ]),
    cost: tokens.length * (first + tokens.length + copying * branchWidth),
  }
}

/** The slots that any of the rows sees. */
const union = (ranges: readonly (readonly number[])[], at: number): readonly number[] => {
  const seen = new Uint8Array(at + 1)
  let before: readonly number[] = []
  for (const row of ranges) {
    if (row === before) continue
    for (let index = 0; index + 1 < row.length; index += 2) {
      // Neighbors mostly begin alike.
      if (row[index] !== before[index] || row[index + 1] !== before[index + 1]) seen.fill(1, row[index], row[index + 1])
    }
    before = row
  }
  const found: number[] = []
  for (let from = seen.indexOf(1); from >= 0; ) {
    const to = seen.indexOf(0, from)
    found.push(from, to)
    from = seen.indexOf(1, to)
  }
  return found
}

/** The slots that all rows see before any sees something else. */
const common = (ranges: readonly (readonly number[])[]): readonly number[] => {
  let shared = ranges[0] ?? []
  for (const row of ranges) {
    if (row === shared) continue
    let index = 0
    while (index < shared.length && row[index] === shared[index] && row[index + 1] === shared[index + 1]) index += 2
    if (index === shared.length) continue
    const from = shared[index] ?? 0
    const isPartly = index < row.length && row[index] === from
    const to = Math.min(shared[index + 1] ?? 0, row[index + 1] ?? 0)
    shared = isPartly ? [...shared.slice(0, index), from, to] : shared.slice(0, index)
  }
  return shared
}

/** Brings ranges into the numbering of slots that are given side by side. */
const placesOf = (past: readonly number[]): ((ranges: readonly number[]) => readonly number[]) => {
  // One piece from the beginning keeps its numbers.
  if (past.length <= 2 && (past[0] ?? 0) === 0) return ranges => ranges
  const begins: number[] = []
  let width = 0
  for (let index = 0; index + 1 < past.length; index += 2) {
    begins.push(width)
    width += (past[index + 1] ?? 0) - (past[index] ?? 0)
  }
  return ranges => {
    const placed: number[] = []
    let piece = 0
    for (let index = 0; index + 1 < ranges.length; index += 2) {
      const from = ranges[index] ?? 0
      while ((past[2 * piece + 1] ?? Number.POSITIVE_INFINITY) <= from) piece += 1
      const shift = (begins[piece] ?? 0) - (past[2 * piece] ?? 0)
      placed.push(from + shift, (ranges[index + 1] ?? 0) + shift)
    }
    return placed
  }
}
