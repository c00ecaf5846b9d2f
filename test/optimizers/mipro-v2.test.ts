import { describe, expect, test } from 'vitest'
import { predict } from '../../src/modules/predict.ts'
import type { MiproV2Options } from '../../src/optimizers/mipro-settings.ts'
import { miproV2 } from '../../src/optimizers/mipro-v2.ts'
import type { OptimizerEvent } from '../../src/optimizers/optimizer.ts'
import { textOf } from '../../src/ports/message.ts'
import { withDemos } from '../../src/search/demos.ts'
import { instructionsOf } from '../../src/search/instructions.ts'
import { type ScriptedModel, scriptedModel } from '../../src/testing/scripted-model.ts'
import { doubler, doublingModel, doublings, isRight } from '../contracts/doubling-task.ts'
import { describeOptimizer } from '../contracts/optimizer-contract.ts'
import { obedientModel, shown } from './obedient-model.ts'

describeOptimizer('miproV2', () => miproV2({ candidates: 4, trials: 5 }))
describeOptimizer('miproV2 on batches', () => miproV2({ candidates: 4, minibatchSize: 3, minibatchFullEvalSteps: 2 }))

const train = doublings(1, 20)
const dev = doublings(100, 60)
const student = predict('question -> answer')

/** Writes `Level 1.`, `Level 2.` and so on as instructions, and something about the rest it is asked. */
const writer = (levels: readonly (number | string)[]): ScriptedModel => {
  let written = 0
  return scriptedModel(request =>
    shown(request).includes('[[ ## instructions ## ]]')
      ? `[[ ## instructions ## ]]\nDouble it. Level ${levels[written++ % levels.length]}.`
      : Array.from(
          shown(request).matchAll(/`\[\[ ## (\w+) ## \]\]`/g),
          ([, field]) => `[[ ## ${field} ## ]]\nNumbers.`,
        ).join('\n\n'),
  )
}

const optimized = async (options: MiproV2Options = {}, changes: object = {}) => {
  const model = obedientModel()
  const promptModel = writer([3, 8, 5, 1])
  const problem = { train, dev, metric: isRight, model, promptModel, ...changes }
  const run = miproV2(options).optimize(student, problem)
  const events: OptimizerEvent[] = []
  for await (const event of run) events.push(event)
  return { ...(await run), events, model, promptModel }
}

describe('miproV2', () => {
  test('scores the student first, then what its batches say is best, and takes the best of these', async () => {
    const { candidates, score, baseline, state, outcome, events } = await optimized()
    const evaluated = events.flatMap(event => (event.type === 'candidate-evaluated' ? [event.candidate] : []))
    expect(evaluated[0]).toMatchObject({ label: 'student', score: 0 })
    for (const { scores } of evaluated) expect(scores).toHaveLength(dev.length)
    expect([score, baseline, outcome]).toEqual([0.8, 0, 'finished'])
    expect(instructionsOf(state, 'self')).toBe('Double it. Level 8.')
    expect(score).toBe(Math.max(...candidates.map(candidate => candidate.score)))
    expect(events.filter(event => event.type === 'round-started')).toHaveLength(10) // 2 * 2 * log2(6) trials
  })

  test('runs no combination on a row twice, and every trial on 35 rows', async () => {
    const { model } = await optimized({ maxDemos: 0, fewshotAware: false })
    const asked = model.calls.map(({ messages }) => JSON.stringify(messages))
    expect(new Set(asked).size).toBe(asked.length)
  })

  test('searches instructions alone without demos, and yet shows good runs to who writes them', async () => {
    const { state, candidates, promptModel } = await optimized(
      { maxBootstrappedDemos: 0, maxLabeledDemos: 0 },
      { model: doublingModel() },
    )
    for (const candidate of candidates) expect(candidate.state.self?.demos).toEqual([])
    expect(state.self?.demos).toEqual([])
    expect(promptModel.calls.some(request => shown(request).includes('Example 1\nquestion: "What is twice'))).toBe(true)
  })

  test.each([
    ['the data', { dataAware: false }, '[[ ## data ## ]]'],
    ['the program', { programAware: false }, '[[ ## program ## ]]'],
    ['good runs', { fewshotAware: false }, '[[ ## examples ## ]]'],
    ['a tip', { tipAware: false }, '[[ ## advice ## ]]'],
  ])('shows %s to who writes, unless told not to', async (_, option, marker) => {
    const asks = async (options: MiproV2Options): Promise<boolean> =>
      (await optimized(options)).promptModel.calls
        .filter(request => shown(request).includes('`[[ ## instructions ## ]]`'))
        .some(request => shown(request).includes(marker))
    expect(await asks({})).toBe(true)
    expect(await asks(option)).toBe(false)
  })

  test('asks for instructions at the temperature it is given', async () => {
    const { promptModel } = await optimized({ initTemperature: 1.4, dataAware: false })
    expect(new Set(promptModel.calls.map(({ temperature }) => temperature))).toEqual(new Set([1.4]))
  })

  test('tries given instructions, alone where the prompt model cannot write', async () => {
    const promptModel = { ...writer([1]), capabilities: { writesInstructions: false } }
    const instructions = ['Double it. Level 9.']
    const { score, warnings } = await optimized({}, { promptModel, instructions })
    expect(score).toBe(0.9)
    expect(promptModel.calls).toEqual([])
    expect(warnings.map(({ code }) => code)).toContain('no-proposals')
  })

  test('says so where there is nothing to search', async () => {
    const promptModel = { ...writer([1]), capabilities: { writesInstructions: false } }
    const { outcome, state, warnings, score } = await optimized({ maxDemos: 0 }, { promptModel })
    expect([outcome, score]).toEqual(['nothing', 0])
    expect(state).toEqual(student.state)
    expect(warnings.map(({ code }) => code)).toContain('no-proposals')
  })

  test.each([
    ['nothing that can be read', 'I would rather not.'],
    ['nothing', '[[ ## instructions ## ]]\n \n[[ ## observations ## ]]\n \n[[ ## task ## ]]\n \n[[ ## role ## ]]\n '],
  ])('searches demos where the prompt model writes %s, and warns', async (_, answer) => {
    const promptModel = scriptedModel(() => answer)
    const { outcome, warnings, candidates } = await optimized({}, { promptModel, model: doublingModel() })
    expect(outcome).toBe('finished')
    expect(warnings.map(({ code }) => code)).toContain('no-proposals')
    expect(candidates.some(({ state }) => (state.self?.demos.length ?? 0) > 0)).toBe(true)
  })

  test('has nothing to go on without demos and proposals, and says why', async () => {
    const promptModel = scriptedModel(() => 'I would rather not.')
    await expect(optimized({ maxDemos: 0 }, { promptModel })).rejects.toMatchObject({
      code: 'optimization/no-proposal',
    })
  })

  test('gives each predictor instructions and demos of its own', async () => {
    const { proposed } = await miproV2({ candidates: 5, trials: 30, minibatch: false }).optimize(doubler(), {
      ...{ train, dev: doublings(100, 6), metric: isRight, model: doublingModel() },
      promptModel: writer(['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']),
    })
    const pairs = (part: (path: string, state: (typeof proposed)[number]['state']) => unknown) =>
      new Set(proposed.map(({ state }) => JSON.stringify(Object.keys(state).map(path => part(path, state))))).size
    expect(pairs((path, state) => instructionsOf(state, path))).toBeGreaterThan(5)
    expect(pairs((path, state) => state[path]?.demos)).toBeGreaterThan(5)
    const written = proposed.flatMap(({ state }) =>
      Object.keys(state).map(path => `${path} ${instructionsOf(state, path)}`),
    )
    const levels = (path: string): Set<string> =>
      new Set(written.flatMap(text => (text.startsWith(`${path} Double`) ? [text.slice(-2, -1)] : [])))
    const [hint, solve] = Object.keys(doubler().state).map(levels)
    expect([hint?.size, solve?.size]).toEqual([4, 4])
    for (const level of hint ?? []) expect(solve).not.toContain(level)
  })

  test('has what the student knows among its choices', async () => {
    const demos = [{ question: 'old', answer: 'old' }]
    const knowing = student.withState(withDemos(student.state, () => demos))
    const { proposed } = await miproV2({ candidates: 4, trials: 12, minibatch: false }).optimize(knowing, {
      ...{ train, dev: doublings(100, 8), metric: isRight, model: obedientModel(), promptModel: writer([2, 3, 4]) },
    })
    expect(proposed[0]?.state).toEqual(knowing.state)
    const later = proposed.slice(1).filter(({ state }) => JSON.stringify(state.self?.demos) === JSON.stringify(demos))
    expect(later.length).toBeGreaterThan(0)
  })

  test('chooses by a sample of a large development set, and on all of a small one', async () => {
    const rowsOf = async (count: number): Promise<readonly number[]> =>
      (await optimized({}, { dev: doublings(1000, count) })).candidates.map(({ scores }) => scores.length)
    expect(new Set(await rowsOf(130))).toEqual(new Set([100]))
    expect(new Set(await rowsOf(40))).toEqual(new Set([40]))
  })

  test('learns from the first fifth of the training set where there is no development set', async () => {
    const { candidates, promptModel } = await optimized({}, { dev: undefined, train: doublings(1, 30) })
    expect(candidates[0]?.scores).toHaveLength(24)
    const seen = promptModel.calls.flatMap(({ messages }) => messages.map(textOf)).join('\n')
    expect(seen).toContain('twice 6?')
    expect(seen).not.toContain('twice 7?')
  })

  test.each([150, 220, 400])('makes fewer trials within %i calls, and each of them whole', async calls => {
    const { outcome, events, candidates, calls: spent } = await optimized({}, { budget: { calls } })
    expect(outcome).toBe('stopped')
    expect(spent).toBeLessThanOrEqual(calls)
    expect(candidates.length).toBeGreaterThan(1)
    expect(events.filter(event => event.type === 'candidate-discarded')).toEqual([])
  })

  test('spends nothing on proposals that no budget is left to try', async () => {
    const { outcome, promptModel, calls, score } = await optimized({}, { budget: { calls: 110 } })
    expect([outcome, calls, score]).toEqual(['budget', 60, 0])
    expect(promptModel.calls).toEqual([])
  })

  test.each([
    ['auto and candidates', { auto: 'light', candidates: 4 }],
    ['another effort', { auto: 'huge' as 'light' }],
    ['no candidates', { candidates: 0 }],
    ['half a trial', { trials: 0.5 }],
    ['a batch of nothing', { minibatchSize: 0 }],
    ['a temperature below 0', { initTemperature: -1 }],
    ['a seed that is no number', { seed: Number.NaN }],
  ] satisfies readonly (readonly [string, MiproV2Options])[])('refuses %s', (_, options) => {
    expect(() => miproV2(options)).toThrow(expect.objectContaining({ code: 'configuration/invalid' }))
  })
})
