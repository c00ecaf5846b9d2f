import { describe, expect, test } from 'vitest'
import { seededRandom } from '../../src/data/seeded-random.ts'
import { missedRows, repeatedAnswers, spreadRows } from '../../src/search/demo-choices.ts'

const labels = ['a', 'a', 'a', 'a', 'a', 'a', 'b', 'b', 'c', 'a', 'a', 'a']
const rows = labels.map((label, index) => ({ text: `text ${index}`, label }))
const choice = (seed: number) => ({
  random: seededRandom(seed),
  rows: [...rows.keys()],
  count: 4,
  answerOf: repeatedAnswers(rows, ['text']),
})

describe('rows to be shown', () => {
  test('have one of each answer before a second of any', () => {
    for (let seed = 0; seed < 20; seed += 1) {
      const chosen = spreadRows(choice(seed)).map(row => labels[row])
      expect(new Set(chosen)).toEqual(new Set(['a', 'b', 'c']))
      expect(chosen).toHaveLength(4)
    }
  })

  test('are drawn by chance where every answer is a text of its own', () => {
    const own = rows.map(({ text }, index) => ({ text, label: `answer ${index}` }))
    expect(repeatedAnswers(own, ['text'])(0)).toBeUndefined()
  })

  test('have the rows missed most in one half', () => {
    const chosen = missedRows(choice(3), row => (row === 4 || row === 9 ? -2 : 1))
    expect(chosen).toEqual(expect.arrayContaining([4, 9]))
    expect(new Set(chosen).size).toBe(4)
  })
})
