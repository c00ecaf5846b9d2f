import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { attentionBias } from '../../../src/inference/onnx/attention-bias.ts'

const signs = (numbers: ArrayLike<number>, width: number): readonly string[] =>
  Array.from({ length: numbers.length / width }, (_, row) =>
    Array.from({ length: width }, (_, slot) => (numbers[row * width + slot] === 0 ? '.' : '#')).join(''),
  )

describe('what rows see', () => {
  const biasOf = attentionBias('float32', { causal: false, least: 1 })

  test('is all before them and themselves, unless they say otherwise', () => {
    expect(signs(biasOf(undefined, 2, 3), 5)).toEqual(['...##', '....#', '.....'])
  })

  test('is what they name and themselves', () => {
    expect(signs(biasOf([[0, 2], [1, 3], [0, 1, 3, 5], []], 3, 4), 7)).toEqual([
      '..#.###',
      '#..#.##',
      '.##...#',
      '######.',
    ])
  })

  test('leaves out the slot that stands in for no past', () => {
    expect(signs(biasOf(undefined, 0, 2), 3)).toEqual(['#.#', '#..'])
  })

  test('is nothing to say where attention is causal by itself', () => {
    const causal = attentionBias('float32', { causal: true, least: 0 })
    causal([[], []], 2, 2)
    expect(signs(causal(undefined, 1, 2), 3)).toEqual(['...', '...'])
    expect(signs(causal(undefined, 2, 2), 4)).toEqual(['....', '....'])
  })

  test('is hidden in halves by the least of them', () => {
    const halves = attentionBias('float16', { causal: false, least: 1 })
    expect([...halves([[]], 1, 1)]).toEqual([0xfbff, 0])
  })

  test('is the same in a buffer that was used before', () => {
    const step = fc
      .integer({ min: 0, max: 6 })
      .chain(at =>
        fc
          .integer({ min: 1, max: 5 })
          .chain(count =>
            fc
              .tuple(
                ...Array.from({ length: count }, (_, row) =>
                  fc.subarray(Array.from({ length: at + row }, (_, i) => i)),
                ),
              )
              .map(seen => ({ at, count, seen })),
          ),
      )
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 6 }), steps => {
        const used = attentionBias('float32', { causal: false, least: 1 })
        for (const { at, count, seen } of steps) {
          const past = Math.max(at, 1)
          const expected = Array.from({ length: count }, (_, row) =>
            Array.from({ length: past + count }, (_, column) => {
              const slot = column < past ? (column < at ? column : -1) : column - past + at
              return slot === at + row || seen[row]?.includes(slot) ? '.' : '#'
            }).join(''),
          )
          const visible = seen.map(slots => slots.flatMap(slot => [slot, slot + 1]))
          expect(signs(used(visible, at, count), past + count)).toEqual(expected)
        }
      }),
    )
  })
})
