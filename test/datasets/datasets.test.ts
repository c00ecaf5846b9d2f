import { describe, expect, test } from 'vitest'
import {
  boxedAnswer,
  colors,
  gsm8k,
  gsm8kMetric,
  gsm8kNumber,
  hotPotQa,
  mathProblems,
} from '../../src/datasets/index.ts'
import { DataError } from '../../src/errors/data-error.ts'

const numbered = <Row>(count: number, row: (index: number) => Row): Row[] =>
  Array.from({ length: count }, (_, i) => row(i))

// The orders are those of CPython's `random.Random(0).shuffle` on as many rows.
describe('data sets are cut as DSPy cuts them', () => {
  test('GSM8K: 200 to train on, 300 dev, by seed 0', () => {
    const rows = numbered(600, index => ({ question: `q${index}`, answer: `So it is. #### ${index},000` }))
    const { train, dev, test } = gsm8k({ train: rows, test: rows.slice(0, 3) })
    expect(train.slice(0, 4).map(({ question }) => question)).toEqual(['q464', 'q363', 'q136', 'q380'])
    expect(dev.slice(0, 3).map(({ question }) => question)).toEqual(['q163', 'q359', 'q144'])
    expect([train.length, dev.length, test.length]).toEqual([200, 300, 3])
    expect(train[0]).toEqual({ question: 'q464', goldReasoning: 'So it is.', answer: '464000' })
  })

  test('HotPotQA: hard rows alone, three quarters to train on, titles kept where they are tested', () => {
    const rows = numbered(40, index => ({
      ...{ question: `q${index}`, answer: 'a', level: index % 2 === 0 ? 'hard' : 'easy' },
      supporting_facts: { title: ['A', 'B', 'A'], sent_id: [0, 1, 2] },
    }))
    const { train, dev, test } = hotPotQa({ train: rows, validation: rows.slice(0, 1) })
    expect(train.length).toBe(15)
    expect(train.slice(0, 3)).toEqual([20, 36, 32].map(index => ({ question: `q${index}`, answer: 'a' })))
    expect(dev.map(({ question }) => question)).toEqual(['q30', 'q16', 'q2', 'q26', 'q24'])
    expect(test).toEqual([{ question: 'q0', answer: 'a', goldTitles: ['A', 'B'] }])
  })

  test('MATH: thirds of the test rows, the boxed answer as answer', () => {
    const rows = numbered(10, index => ({ problem: `p${index}`, solution: `Thus \\boxed{${index}}.` }))
    const { train, dev, test } = mathProblems(rows)
    expect([train, dev, test].map(part => part.map(({ answer }) => answer).join(''))).toEqual(['781', '534', '2096'])
  })

  test('colors: each once, those of one ending together', () => {
    const { train, dev } = colors()
    const all = [...train, ...dev].map(({ color }) => color)
    expect(new Set(all).size).toBe(all.length)
    expect([all.length, train.length]).toEqual([141, 84])
    const lastLetters = (part: readonly { readonly color: string }[]) => new Set(part.map(({ color }) => color.at(-1)))
    expect([...lastLetters(train)].filter(letter => lastLetters(dev).has(letter)).length).toBeLessThanOrEqual(1)
  })

  test('a row of another shape is refused by the name of the data set', () => {
    expect(() => gsm8k({ train: [{ question: 'q', answer: '4' }], test: [] })).toThrow(DataError)
    expect(() => hotPotQa({ train: [{ level: 'hard' }], validation: [] })).toThrow(/HotPotQA/)
  })
})

describe('what an answer says', () => {
  test.each([
    ['The total is $1,234.50 dollars', 1234],
    ['first 12 then 34\nand 99', 34],
    ['none', 0],
    ['', 0],
  ])('the number of %j is %d', (answer, number) => {
    expect(gsm8kNumber(answer)).toBe(number)
  })

  test('the metric of GSM8K compares the numbers', () => {
    expect(gsm8kMetric({ answer: '42' }, { answer: 'It is 42 apples' })).toBe(true)
    expect(gsm8kMetric({ answer: '42' }, { answer: '43' })).toBe(false)
  })

  test.each([
    ['so \\boxed{\\frac{1}{2}} holds', '\\frac{1}{2}'],
    ['\\boxed{3\\text{ cm}}', '3'],
    ['\\boxed{1\\!000', '1000'],
    ['no box', undefined],
  ])('the boxed answer of %j is %j', (solution, answer) => {
    expect(boxedAnswer(solution)).toBe(answer)
  })
})
