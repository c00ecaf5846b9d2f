import { describe, expect, test } from 'vitest'
import { ModelError } from '../../src/errors/model-error.ts'
import { OptimizationError } from '../../src/errors/optimization-error.ts'
import { predict } from '../../src/modules/predict.ts'
import { copro } from '../../src/optimizers/copro.ts'
import type { OptimizerEvent } from '../../src/optimizers/optimizer.ts'
import { instructionsOf } from '../../src/search/instructions.ts'
import { type ScriptedFunction, scriptedModel } from '../../src/testing/scripted-model.ts'
import { doubler, doublingModel, doublings, isRight } from '../contracts/doubling-task.ts'
import { describeOptimizer } from '../contracts/optimizer-contract.ts'
import { obedientModel, proposing, shown } from './obedient-model.ts'

describeOptimizer('copro', () => copro({ breadth: 3, depth: 2 }))

const train = doublings(0, 10)
const dev = doublings(100, 10)
const student = predict('question -> answer', { instructions: 'Level 3.' })

const problem = (write: ScriptedFunction) => ({
  train,
  dev,
  metric: isRight,
  model: obedientModel(),
  promptModel: scriptedModel(write),
})

describe('copro', () => {
  test('keeps the best of what the prompt model wrote', async () => {
    const { state, score, baseline, outcome } = await copro({ breadth: 3, depth: 1 }).optimize(
      student,
      problem(proposing(['Level 1.', 'Level 8.'])),
    )
    expect(instructionsOf(state, 'self')).toBe('Level 8.')
    expect([baseline, score, outcome]).toEqual([0.3, 0.8, 'finished'])
  })

  test('shows what was tried with its score, the best last, and asks once a depth', async () => {
    const asked = problem(proposing(['Level 9.', 'Level 1.'], ['Level 5.', 'Level 4.', 'Level 2.'], ['Level 6.']))
    await copro({ breadth: 3, depth: 3 }).optimize(student, asked)
    expect(asked.promptModel.calls.map(call => [call.n, call.temperature])).toEqual([
      [2, 1.4],
      [3, 1.4],
      [3, 1.4],
    ])
    const attempts = asked.promptModel.calls.map(call =>
      Array.from(shown(call).matchAll(/^> (Level \d\.)\nScore: (\S+)$/gm), ([, text, score]) => `${text} ${score}`),
    )
    expect(attempts).toEqual([
      ['Level 3. 0.3'],
      ['Level 1. 0.1', 'Level 3. 0.3', 'Level 9. 0.9'],
      ['Level 4. 0.4', 'Level 5. 0.5', 'Level 9. 0.9'],
    ])
  })

  test('takes no more calls than its reference: breadth times depth evaluations, and a question a depth', async () => {
    const texts = Array.from({ length: 9 }, (_, index) => `Level ${index}. Try ${index}.`)
    const asked = problem(proposing(texts.slice(0, 2), texts.slice(2, 5), texts.slice(5, 8)))
    const { calls } = await copro({ breadth: 3, depth: 3 }).optimize(student, asked)
    expect(calls).toBe(3 * 3 * dev.length + 3)
    expect(asked.model.calls).toHaveLength(3 * 3 * dev.length)
  })

  test('scores nothing twice, whatever is proposed again', async () => {
    const asked = problem(proposing(['Level 5.', 'Level 5.'], ['Level 5.', '"Level 3."', 'Level 6.']))
    await copro({ breadth: 3, depth: 2 }).optimize(student, asked)
    const sent = asked.model.calls.map(({ messages }) => JSON.stringify(messages))
    expect(new Set(sent).size).toBe(sent.length)
    expect(sent).toHaveLength(3 * dev.length)
  })

  test('improves a program of several predictors one after the other, and says which', async () => {
    const model = doublingModel()
    const { proposed, candidates } = await copro({ breadth: 3, depth: 2 }).optimize(doubler(), {
      train,
      dev,
      metric: isRight,
      model,
    })
    const changed = proposed.map(({ change }) => change?.paths.join())
    expect(new Set(changed)).toEqual(new Set([undefined, 'hint', 'steps[0].predict']))
    expect(proposed.slice(1).every(({ parents }) => (parents?.[0] ?? 99) < proposed.length)).toBe(true)
    // Of each pair of instructions there is one program.
    const states = candidates.map(({ state }) => JSON.stringify(state))
    expect(new Set(states).size).toBe(states.length)
  })

  test('asks for each of the rest where a model draws one answer a call', async () => {
    let count = 0
    const one: ScriptedFunction = ({ n }) => {
      const level = n === undefined ? ++count : 0
      return { completions: [{ text: `[[ ## improved_instructions ## ]]\nLevel ${level}.`, finishReason: 'stop' }] }
    }
    const asked = problem(one)
    const { score } = await copro({ breadth: 6, depth: 1 }).optimize(student, asked)
    expect(asked.promptModel.calls.map(({ n }) => n)).toEqual([5, undefined, undefined, undefined, undefined])
    expect(score).toBe(0.4)
  })

  test('asks for each where a model refuses to draw several', async () => {
    const refusing: ScriptedFunction = ({ n }) =>
      n === undefined
        ? '[[ ## improved_instructions ## ]]\nLevel 7.'
        : new ModelError('model/request', 'No n here.', { model: 'scripted', status: 400 })
    const asked = problem(refusing)
    const { score } = await copro({ breadth: 3, depth: 1 }).optimize(student, asked)
    expect(asked.promptModel.calls.map(({ n }) => n)).toEqual([2, undefined, undefined])
    expect(score).toBe(0.7)
  })

  test('says so when nothing of the prompt model could be used', async () => {
    const optimizing = copro({ breadth: 3, depth: 2 }).optimize(
      student,
      problem(() => 'I would rather not.'),
    )
    await expect(optimizing).rejects.toBeInstanceOf(OptimizationError)
    await expect(optimizing).rejects.toMatchObject({ code: 'optimization/no-proposal', optimizer: 'copro' })
  })

  test('goes on when some of it could not be used', async () => {
    const write: ScriptedFunction = ({ messages }) =>
      shown({ messages }).includes('Instructions 2') ? '[[ ## improved_instructions ## ]]\nLevel 6.' : 'Well.'
    const events: OptimizerEvent[] = []
    const optimizing = copro({ breadth: 3, depth: 3 }).optimize(student, {
      ...problem(write),
      instructions: ['Level 4.'],
    })
    for await (const event of optimizing) events.push(event)
    expect(events.filter(({ type }) => type === 'proposal-failed')).toEqual([
      { type: 'proposal-failed', about: 'instructions of self', error: expect.any(String) },
    ])
    expect((await optimizing).score).toBe(0.6)
  })

  test('tries the instructions of the caller, and only them where the model cannot write', async () => {
    const model = obedientModel({ writesInstructions: false })
    const { state, score } = await copro().optimize(student, {
      ...{ train, dev, metric: isRight, model },
      instructions: ['Level 4.', { self: 'Level 7.' }],
    })
    expect([instructionsOf(state, 'self'), score]).toEqual(['Level 7.', 0.7])
    expect(model.calls).toHaveLength(3 * dev.length)
  })

  test('keeps the student where the metric tells nothing apart', async () => {
    const { state, outcome } = await copro({ breadth: 3, depth: 2 }).optimize(student, {
      ...problem(proposing(['Level 1.', 'Level 8.'], ['Level 7.'])),
      metric: () => 0.5,
    })
    expect([state, outcome]).toEqual([student.state, 'finished'])
  })

  test('counts a row as 0 whose metric throws, and goes on', async () => {
    const { score, candidates } = await copro({ breadth: 3, depth: 1 }).optimize(student, {
      ...problem(proposing(['Level 8.', 'Level 9.'])),
      metric: (row, prediction) => {
        if (row.question.includes('200')) throw new RangeError('This one cannot be judged.')
        return isRight(row, prediction)
      },
      dev: [...dev.slice(1), ...doublings(200, 1)],
    })
    expect(score).toBe(0.8)
    expect(candidates.every(({ failures }) => failures === 1)).toBe(true)
  })

  test('works on a single row', async () => {
    const { score } = await copro({ breadth: 3, depth: 1 }).optimize(student, {
      ...{ train: doublings(7, 1), metric: isRight, model: obedientModel() },
      promptModel: scriptedModel(proposing(['Level 1.', 'Level 8.'])),
    })
    expect(score).toBe(1)
  })

  test.each([
    [{ breadth: 1 }, 'breadth'],
    [{ depth: 0 }, 'depth'],
    [{ temperature: 2.1 }, 'temperature'],
    [{ temperature: Number.NaN }, 'temperature'],
    [{ seed: -1 }, 'seed'],
  ])('refuses %o', (options, option) => {
    expect(() => copro(options)).toThrow(expect.objectContaining({ code: 'configuration/invalid', option }))
  })
})
