import { describe, expect, test } from 'vitest'
import { predict } from '../../src/modules/predict.ts'
import { labeledFewShot } from '../../src/optimizers/labeled-few-shot.ts'
import { scriptedModel } from '../../src/testing/scripted-model.ts'
import { describeOptimizer } from '../contracts/optimizer-contract.ts'

describeOptimizer('labeledFewShot', () => labeledFewShot({ k: 4 }))

const student = predict('question -> answer')
const train = Array.from({ length: 30 }, (_, index) => ({ question: `q${index}`, answer: `a${index}` }))
const metric = () => true
const model = scriptedModel([])

describe('labeledFewShot', () => {
  test('gives the first rows where it does not draw', async () => {
    const { program, outcome, calls } = await labeledFewShot({ k: 3, sample: false }).optimize(student, {
      train,
      metric,
      model,
    })
    expect(program.state.self?.demos).toEqual(train.slice(0, 3))
    expect({ outcome, calls }).toEqual({ outcome: 'finished', calls: 0 })
  })

  test('draws other rows with another seed, the problem’s before its own', async () => {
    const demos = async (own: number, seed?: number) => {
      const problem = { train, metric, model, ...(seed !== undefined && { seed }) }
      return (await labeledFewShot({ k: 3, seed: own }).optimize(student, problem)).state.self?.demos
    }
    expect(await demos(1)).not.toEqual(await demos(2))
    expect(await demos(1, 7)).toEqual(await demos(2, 7))
  })

  test('keeps the student where the demos make it worse on the development set', async () => {
    const confused = scriptedModel(({ messages }) => `[[ ## answer ## ]]\n${messages.length > 2 ? 'no idea' : 'yes'}`)
    const { state, outcome, score, baseline, candidates } = await labeledFewShot({ k: 2 }).optimize(student, {
      train,
      dev: [{ question: 'q', answer: 'yes' }],
      metric: (example, prediction) => example.answer === prediction.answer,
      model: confused,
    })
    expect(state).toEqual(student.state)
    expect({ outcome, score, baseline }).toEqual({ outcome: 'finished', score: 1, baseline: 1 })
    expect(candidates.map(({ label, score }) => [label, score])).toEqual([
      ['student', 1],
      ['labeled demos', 0],
    ])
  })

  test.each([-1, 1.5, Number.NaN])('refuses k of %d', k => {
    expect(() => labeledFewShot({ k })).toThrow(expect.objectContaining({ code: 'configuration/invalid', option: 'k' }))
  })
})
