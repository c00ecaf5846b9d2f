import { describe, expect, test } from 'vitest'
import { OptimizationError } from '../../src/errors/optimization-error.ts'
import { predict } from '../../src/modules/predict.ts'
import { inferRules } from '../../src/optimizers/infer-rules.ts'
import type { OptimizerEvent } from '../../src/optimizers/optimizer.ts'
import { instructionsOf } from '../../src/search/instructions.ts'
import { type ScriptedFunction, scriptedModel } from '../../src/testing/scripted-model.ts'
import { doubler, doublingModel, doublings, isRight } from '../contracts/doubling-task.ts'
import { describeOptimizer } from '../contracts/optimizer-contract.ts'
import { obedientModel, shown } from './obedient-model.ts'

describeOptimizer('inferRules', () => inferRules({ candidates: 2 }))

const train = doublings(0, 10)
const dev = doublings(100, 20)
const student = predict('question -> answer', { instructions: 'Level 3.' })

/** Writes one text of rules after the other. */
const ruling = (...texts: readonly string[]): ScriptedFunction => {
  let given = 0
  return () => `[[ ## reasoning ## ]]\nI looked.\n\n[[ ## rules ## ]]\n${texts[given++ % texts.length]}`
}

const problem = (write: ScriptedFunction) => ({
  train,
  dev,
  metric: isRight,
  model: obedientModel(),
  promptModel: scriptedModel(write),
})

/** The rows that a question shows, by the number to double. */
const rowsIn = (text: string): readonly number[] => Array.from(text.matchAll(/twice (\d+)/g), ([, row]) => Number(row))

const lookUp = async (optimizing: ReturnType<ReturnType<typeof inferRules>['optimize']>) => {
  const events: OptimizerEvent[] = []
  for await (const event of optimizing) events.push(event)
  return events
}

describe('inferRules', () => {
  test('adds the rules that score best to the instructions, and bootstrapped demos', async () => {
    const { state, score, baseline } = await inferRules({ candidates: 3 }).optimize(
      student,
      problem(ruling('Level 5.', 'Level 8.\nBe brief.', 'Level 4.')),
    )
    expect(instructionsOf(state, 'self')).toMatchInlineSnapshot(`
      "Level 3.

      Follow these rules:
      Level 8.
      Be brief."
    `)
    expect(state.self?.demos.filter(({ augmented }) => augmented)).toHaveLength(3)
    expect(state.self?.demos).toHaveLength(10)
    expect([baseline, score]).toEqual([0.3, 0.8])
  })

  test('shows all training rows with their answers, and nothing of the development set', async () => {
    const asked = problem(ruling('Level 5.'))
    await inferRules({ candidates: 2 }).optimize(student, asked)
    expect(asked.promptModel.calls.map(({ temperature }) => temperature)).toEqual([1, 1])
    for (const call of asked.promptModel.calls) {
      expect(rowsIn(shown(call))).toEqual([...Array(10).keys()])
      expect(shown(call)).toContain('Example 10\nquestion: "What is twice 9?"\nanswer: "18"')
      expect(shown(call)).toContain('> Level 3.')
    }
  })

  test('halves the training set where there is no development set', async () => {
    const { train, metric, model, promptModel } = problem(ruling('Level 9.'))
    const { state, score, candidates } = await inferRules({ candidates: 1 }).optimize(student, {
      train,
      metric,
      model,
      promptModel,
    })
    expect(rowsIn(promptModel.calls.map(shown).join())).toEqual([0, 1, 2, 3, 4])
    expect(candidates.map(({ label, scores }) => `${label}: ${scores.join(' ')}`)).toEqual([
      'rules 1: 1 1 1 1 0',
      'student: 0 0 0 0 0',
    ])
    expect(score).toBe(0.8)
    expect(rowsIn(JSON.stringify(state)).every(number => number < 5)).toBe(true)
  })

  test('scores rules only for as long as they can win', async () => {
    const asked = problem(ruling('Level 8.', 'Level 3.', 'Level 4.', 'Level 1.'))
    const optimizing = inferRules({ candidates: 4 }).optimize(student, asked)
    const events = await lookUp(optimizing)
    const dropped = events.filter(event => event.type === 'candidate-dropped')
    expect(dropped.map(({ candidate }) => candidate)).toEqual([4, 3, 5])
    expect(dropped[0]?.reason).toBe('After 10 of 20 rows it could no longer beat the best.')
    const { score, candidates } = await optimizing
    expect([score, candidates.map(({ label }) => label)]).toEqual([0.8, ['rules 1', 'student']])
  })

  test('costs a question for each text of rules, and never more evaluations than one each and the student', async () => {
    const asked = problem(ruling('Level 5.', 'Level 6.', 'Level 7.'))
    const { calls } = await inferRules({ candidates: 3 }).optimize(student, asked)
    expect(asked.promptModel.calls).toHaveLength(3)
    expect(calls).toBeLessThanOrEqual(4 * dev.length + train.length + 3)
  })

  test('asks nobody where the student is perfect', async () => {
    const asked = problem(ruling('Level 5.'))
    const { state, calls, outcome } = await inferRules().optimize(
      predict('question -> answer', { instructions: 'Level 9. Level 9.' }),
      {
        ...asked,
        dev: doublings(100, 9),
      },
    )
    expect([calls, outcome, asked.promptModel.calls]).toEqual([9, 'finished', []])
    expect(instructionsOf(state, 'self')).toBe('Level 9. Level 9.')
  })

  test('infers rules for each predictor of a program by itself, and shows a step its own good runs', async () => {
    const model = doublingModel()
    const { proposed, state } = await inferRules({ candidates: 2 }).optimize(doubler(), {
      train,
      dev,
      metric: isRight,
      model,
    })
    const ruled = proposed.filter(({ change }) => change?.by === 'rules')
    expect(ruled.map(({ change }) => change?.paths)).toEqual([
      ['hint', 'steps[0].predict'],
      ['hint', 'steps[0].predict'],
    ])
    expect(instructionsOf(state, 'hint')).toMatch(/Follow these rules:\n\d/)
    const forHint = model.calls.map(shown).find(text => text.includes('one step of a program'))
    expect(forHint).toContain('hint: "Add it to itself."')
  })

  test('says so when nothing of the prompt model could be used', async () => {
    const optimizing = inferRules({ candidates: 2, maxDemos: 0 }).optimize(
      student,
      problem(() => 'No.'),
    )
    await expect(optimizing).rejects.toBeInstanceOf(OptimizationError)
    await expect(optimizing).rejects.toMatchObject({ code: 'optimization/no-proposal', optimizer: 'infer-rules' })
  })

  test('tries the demos alone when there are no rules, and warns', async () => {
    const { warnings, candidates } = await inferRules({ candidates: 2 }).optimize(
      student,
      problem(() => 'No.'),
    )
    expect(warnings.map(({ code }) => code)).toContain('no-proposals')
    expect(candidates.map(({ label }) => label)).toEqual(['student', 'bootstrap'])
  })

  test('goes on when some of it could not be used', async () => {
    let call = 0
    const write: ScriptedFunction = () =>
      call++ < 2 ? 'No.' : '[[ ## reasoning ## ]]\nx\n\n[[ ## rules ## ]]\nLevel 6.'
    const optimizing = inferRules({ candidates: 2 }).optimize(student, { ...problem(write), concurrency: 1 })
    const events = await lookUp(optimizing)
    expect(events.filter(({ type }) => type === 'proposal-failed')).toHaveLength(1)
    expect((await optimizing).score).toBe(0.6)
  })

  test('tries the instructions of the caller, and only them where the model cannot write', async () => {
    const model = obedientModel({ writesInstructions: false })
    const { state, score, proposed } = await inferRules().optimize(student, {
      ...{ train, dev, metric: isRight, model },
      instructions: ['Level 7.'],
    })
    expect([instructionsOf(state, 'self'), score]).toEqual(['Level 7.', 0.7])
    expect(proposed.map(({ label }) => label)).toEqual(['student', 'bootstrap', 'given instructions 1'])
  })

  test('keeps the student where the metric tells nothing apart', async () => {
    const { state, outcome } = await inferRules({ candidates: 2 }).optimize(student, {
      ...problem(ruling('Level 8.')),
      metric: () => 0.5,
    })
    expect([state, outcome]).toEqual([student.state, 'finished'])
  })

  test('counts a row as 0 whose metric throws, and goes on', async () => {
    const { score } = await inferRules({ candidates: 2 }).optimize(student, {
      ...problem(ruling('Level 9.')),
      metric: (row, prediction) => {
        if (row.question.endsWith('2?')) throw new RangeError('This one cannot be judged.')
        return isRight(row, prediction)
      },
    })
    expect(score).toBe(0.8)
  })

  test('learns from a single row, and chooses by it', async () => {
    const { score, outcome } = await inferRules({ candidates: 1 }).optimize(student, {
      ...{ train: doublings(7, 1), metric: isRight, model: obedientModel() },
      promptModel: scriptedModel(ruling('Level 8.')),
    })
    expect([score, outcome]).toEqual([1, 'finished'])
  })

  test.each([
    [{ candidates: 0 }, 'candidates'],
    [{ rules: 0.5 }, 'rules'],
    [{ maxIterations: 0 }, 'maxIterations'],
    [{ maxDemos: -1 }, 'maxBootstrappedDemos'],
    [{ seed: -1 }, 'seed'],
  ])('refuses %o', (options, option) => {
    expect(() => inferRules(options)).toThrow(expect.objectContaining({ code: 'configuration/invalid', option }))
  })
})
