import { describe, expect, test } from 'vitest'
import { predict } from '../../src/modules/predict.ts'
import { checkProblem } from '../../src/search/problem.ts'
import { scriptedModel } from '../../src/testing/scripted-model.ts'

const { signature } = predict('question, note? -> answer')
const model = scriptedModel([])
const train = [{ question: 'q', answer: 'a' }]

describe('checkProblem', () => {
  test('takes rows that lack optional inputs and labels, or have more', () => {
    expect(() => checkProblem(signature, { train: [{ question: 'q', extra: 1 }], dev: train, model })).not.toThrow()
  })

  test.each([
    ['no rows', { train: [], model }, 'data/empty', 'train'],
    ['an empty development set', { train, dev: [], model }, 'data/empty', 'dev'],
    ['a row without an input', { train, dev: [...train, { query: 'q' }], model }, 'data/fields', 'row 2 of dev'],
  ])('refuses %s and says where', (_, problem, code, where) => {
    expect(() => checkProblem(signature, problem)).toThrow(
      expect.objectContaining({ code, message: expect.stringContaining(where) }),
    )
  })

  test('refuses a problem without a model, as untyped callers may give it', () => {
    const problem = { train, metric: () => 1 } as unknown as Parameters<typeof checkProblem>[1]
    expect(() => checkProblem(signature, problem)).toThrow(expect.objectContaining({ code: 'configuration/missing' }))
  })
})
