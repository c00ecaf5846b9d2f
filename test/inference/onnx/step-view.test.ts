import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { NetworkRows } from '../../../src/inference/network.ts'
import { rowsOf, type StepView, stepParts, stepView } from '../../../src/inference/onnx/step-view.ts'

const slotsOf = (ranges: readonly number[]): readonly number[] => {
  const slots: number[] = []
  for (let index = 0; index + 1 < ranges.length; index += 2) {
    for (let slot = ranges[index] ?? 0; slot < (ranges[index + 1] ?? 0); slot++) slots.push(slot)
  }
  return slots
}

/** What a row sees by a view, in slots of the memory. */
const seenBy = ({ past, pastWidth, branches, branchWidth, visible }: StepView, at: number, row: number) => {
  const [shared, own] = [slotsOf(past), slotsOf(branches?.[row] ?? [])]
  return slotsOf(visible[row] ?? []).map(column =>
    column < pastWidth
      ? shared[column]
      : column < pastWidth + branchWidth
        ? own[column - pastWidth]
        : at + column - pastWidth - branchWidth,
  )
}

const rangesOf = (slots: readonly number[]): readonly number[] =>
  slots.flatMap((slot, index) => [
    ...(slots[index - 1] === slot - 1 ? [] : [slot]),
    ...(slots[index + 1] === slot + 1 ? [] : [slot + 1]),
  ])

/** Rows of some branches, as an engine has them: a shared beginning, then what each has written. */
const rows: fc.Arbitrary<NetworkRows> = fc
  .record({ at: fc.nat(20), count: fc.integer({ min: 1, max: 6 }), keep: fc.nat(6) })
  .chain(({ at, count, keep }) =>
    fc
      .array(fc.array(fc.boolean(), { minLength: at + count, maxLength: at + count }), {
        minLength: count,
        maxLength: count,
      })
      .map(seen => ({
        tokens: seen.map((_, row) => row),
        positions: seen.map((_, row) => row),
        at,
        keep: Math.min(keep, count),
        visible: seen.map((flags, row) =>
          rangesOf(flags.flatMap((flag, slot) => (flag && slot < at + row ? [slot] : []))),
        ),
      })),
  )

describe('what a step is given of a memory', () => {
  test('is what its rows see, row by row', () => {
    fc.assert(
      fc.property(rows, all => {
        for (const { from, to, view } of stepParts(all)) {
          const part = rowsOf(all, from, to)
          expect(view.visible).toHaveLength(to - from)
          for (let row = 0; row < to - from; row++) {
            expect(seenBy(view, part.at, row)).toEqual(slotsOf(part.visible?.[row] ?? []))
          }
          for (const own of view.branches ?? []) expect(slotsOf(own).length).toBeLessThanOrEqual(view.branchWidth)
          expect(slotsOf(view.past).length).toBeLessThanOrEqual(view.pastWidth)
        }
      }),
      { numRuns: 2000 },
    )
  })

  test('comes in parts that hold all rows, in order, with the logits that are kept', () => {
    fc.assert(
      fc.property(rows, all => {
        const parts = stepParts(all)
        expect(parts.flatMap(({ from, to }) => all.tokens.slice(from, to))).toEqual(all.tokens)
        expect(parts.reduce((sum, { from, to }) => sum + rowsOf(all, from, to).keep, 0)).toBe(all.keep)
      }),
    )
  })

  test('is all of it where rows see all before them', () => {
    expect(stepView({ tokens: [1, 2, 3], at: 4 })).toMatchObject({
      past: [0, 4],
      branches: undefined,
      visible: [
        [0, 4],
        [0, 4, 5, 6],
        [0, 4, 5, 7],
      ],
    })
  })

  test('keeps long answers of many branches apart', () => {
    const visible = Array.from({ length: 16 }, (_, branch) => [0, 1000, 1000 + branch * 40, 1040 + branch * 40])
    const view = stepView({ tokens: visible.map(() => 1), at: 1640, visible })
    expect(view.past).toEqual([0, 1000])
    expect(view.branches?.[3]).toEqual([1120, 1160])
    expect(view.branchWidth).toBe(40)
  })
})
