import { describe, expect, test } from 'vitest'
import { seededRandom } from '../../src/data/seeded-random.ts'
import { predict } from '../../src/modules/predict.ts'
import { program } from '../../src/modules/program.ts'
import { withDemos, withLabeledDemos, withoutDemos } from '../../src/search/demos.ts'

const { state } = program(
  'question -> answer',
  { a: predict('question -> hint', { demos: [{ question: 'old', hint: 'old' }] }), b: predict('hint -> answer') },
  async ({ question }, { a, b }) => b(await a({ question })),
)
const rows = ['p', 'q', 'r', 's'].map(question => ({ question }))

describe('withDemos', () => {
  test('asks for the demos of each predictor in program order and leaves the rest', () => {
    const asked: string[] = []
    const changed = withDemos(state, path => {
      asked.push(path)
      return [{ question: path }]
    })
    expect(asked).toEqual(['a', 'b'])
    expect(changed.a).toEqual({ ...state.a, demos: [{ question: 'a' }] })
    expect(state.a?.demos).toEqual([{ question: 'old', hint: 'old' }])
  })
})

test('withoutDemos takes them all away', () => {
  expect(Object.values(withoutDemos(state)).flatMap(({ demos }) => demos)).toEqual([])
})

describe('withLabeledDemos', () => {
  test('draws anew for each predictor', () => {
    const random = seededRandom(0)
    const expected = [random.sample(rows, 2), random.sample(rows, 2)]
    const drawn = withLabeledDemos(state, rows, 2, seededRandom(0))
    expect([drawn.a?.demos, drawn.b?.demos]).toEqual(expected)
  })

  test('gives the first rows where there are no dice, and never more than there are', () => {
    expect(withLabeledDemos(state, rows, 2, undefined).a?.demos).toEqual(rows.slice(0, 2))
    expect(withLabeledDemos(state, rows, 9, undefined).b?.demos).toEqual(rows)
  })
})
