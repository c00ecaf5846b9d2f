import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type StepView, stepParts, stepView } from '../../../src/inference/onnx/step-view.ts'

const slotsOf = (ranges: readonly number[]): readonly number[] =>
  Array.from({ length: ranges.length / 2 }, (_, pair) => {
    const from = ranges[2 * pair] ?? 0
    return Array.from({ length: (ranges[2 * pair + 1] ?? 0) - from }, (_, index) => from + index)
  }).flat()

/** The slots of the memory that a row of a view sees. */
const seenBy = (view: StepView, at: number, row: number): readonly number[] => {
  const past = slotsOf(view.past)
  const own = slotsOf(view.branches?.[row] ?? [])
  const first = view.pastWidth + view.branchWidth
  return slotsOf(view.visible[row] ?? []).map(
    column =>
      (column >= first
        ? at + column - first
        : column >= view.pastWidth
          ? own[column - view.pastWidth]
          : past[column]) ?? -1,
  )
}

const rangesOf = (slots: readonly number[]): readonly number[] =>
  slots.flatMap((slot, index) => [
    ...(slots[index - 1] === slot - 1 ? [] : [slot]),
    ...(slots[index + 1] === slot + 1 ? [] : [slot + 1]),
  ])

const steps = fc
  .tuple(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 1, max: 8 }))
  .chain(([at, count]) =>
    fc.record({
      at: fc.constant(at),
      keep: fc.integer({ min: 0, max: count }),
      shared: fc.integer({ min: 0, max: at }),
      seen: fc.tuple(
        ...Array.from({ length: count }, (_, row) => fc.subarray(Array.from({ length: at + row }, (_, slot) => slot))),
      ),
    }),
  )
  .map(({ at, keep, shared, seen }) => {
    const all = seen.map(slots => [
      ...Array.from({ length: shared }, (_, slot) => slot),
      ...slots.filter(slot => slot >= shared),
    ])
    const tokens = all.map((_, row) => row)
    return { all, rows: { tokens, positions: tokens, at, keep, visible: all.map(rangesOf) } }
  })

describe('what a step is given of the memory', () => {
  test('shows each row what it sees, and nothing else, in all parts', () => {
    fc.assert(
      fc.property(steps, ({ all, rows }) => {
        for (const { from, to, view } of stepParts(rows)) {
          for (let row = from; row < to; row++) expect(seenBy(view, rows.at + from, row - from)).toEqual(all[row])
        }
      }),
    )
  })

  test('is what is shared, and the rest of each row apart, when rows have long ways of their own', () => {
    const visible = Array.from({ length: 32 }, (_, row) => [0, 1000, 1000 + 80 * row, 1080 + 80 * row])
    const view = stepView({ tokens: visible.map((_, row) => row), at: 1000 + 80 * 32, visible })
    expect(view.past).toEqual([0, 1000])
    expect(view.branches?.[31]).toEqual([3480, 3560])
    expect(view.branchWidth).toBe(80)
  })

  test('leaves out what no row sees', () => {
    const view = stepView({
      tokens: [1, 2],
      at: 3000,
      visible: [
        [10, 20, 2000, 2010],
        [10, 20, 2000, 2010, 3000, 3001],
      ],
    })
    expect(view.past).toEqual([10, 20, 2000, 2010])
    expect(view.visible).toEqual([
      [0, 10, 10, 20],
      [0, 10, 10, 20, 20, 21],
    ])
  })

  test('is all before a row that says nothing', () => {
    expect(stepView({ tokens: [1, 2], at: 5 })).toMatchObject({
      past: [0, 5],
      visible: [
        [0, 5],
        [0, 5, 5, 6],
      ],
    })
  })

  test('comes in two parts when prompts stand beside answers under way', () => {
    const prompt = Array.from({ length: 200 }, (_, row) => (row === 0 ? [0, 1000] : [0, 1000, 4000, 4000 + row]))
    const answers = Array.from({ length: 32 }, (_, row) => [0, 1000, 1000 + 90 * row, 1090 + 90 * row])
    const tokens = [...prompt, ...answers].map((_, row) => row)
    const parts = stepParts({ tokens, positions: tokens, at: 4000, keep: 32, visible: [...prompt, ...answers] })
    expect(parts.map(({ from, to }) => [from, to])).toEqual([
      [0, 200],
      [200, 232],
    ])
    expect(parts[0]?.view.past).toEqual([0, 1000])
  })
})
