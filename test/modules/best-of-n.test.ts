import { describe, expect, test } from 'vitest'
import { BudgetError } from '../../src/errors/budget-error.ts'
import { ModelError } from '../../src/errors/model-error.ts'
import { bestOfN } from '../../src/modules/best-of-n.ts'
import { chainOfThought } from '../../src/modules/chain-of-thought.ts'
import { predict } from '../../src/modules/predict.ts'
import { usageOf } from '../../src/modules/prediction-details.ts'
import { program } from '../../src/modules/program.ts'
import type { ProgramEvent } from '../../src/ports/module.ts'
import { type ScriptedAnswer, scriptedModel } from '../../src/testing/scripted-model.ts'

const say = (answer: string): string => `[[ ## answer ## ]]\n${answer}`
const ask = predict('question -> answer')
const length = (_: { question: string }, { answer }: { answer: string }): number => answer.length
const down = new ModelError('model/transport', 'The connection was cut.', { model: 'm' })

const longest = (answers: readonly ScriptedAnswer[], options: { threshold?: number; failCount?: number } = {}) => {
  const model = scriptedModel(answers)
  const best = bestOfN(ask, { n: 3, reward: length, threshold: 100, ...options })
  return { model, run: () => best.run({ question: 'q' }, { model }) }
}

const collect = async <Output>(events: AsyncIterable<ProgramEvent<Output>>): Promise<ProgramEvent<Output>[]> => {
  const all: ProgramEvent<Output>[] = []
  for await (const event of events) all.push(event)
  return all
}

describe('bestOfN', () => {
  test('gives the prediction with the highest reward, the earlier of equals, and sums what all tries cost', async () => {
    const { model, run } = longest([say('a'), say('bbb'), say('ccc')])
    const prediction = await run()
    expect(prediction).toEqual({ answer: 'bbb' })
    expect(usageOf(prediction)).toMatchObject({ calls: 3 })
    expect(model.calls.length).toBe(3)
  })

  test('stops at the first prediction that reaches the threshold', async () => {
    const { model, run } = longest([say('a'), say('bbb')], { threshold: 3 })
    expect(await run()).toEqual({ answer: 'bbb' })
    expect(model.calls.length).toBe(2)
  })

  test('draws each try apart: at temperature 1, with an id of its own and the next seed', async () => {
    const model = scriptedModel([say('a'), say('b'), say('c')])
    const best = bestOfN(ask, { n: 3, reward: () => false, threshold: 1 })
    await best.run({ question: 'q' }, { model, rolloutId: 'r', sampling: { temperature: 0, seed: 7, maxTokens: 9 } })
    expect(
      model.calls.map(({ rolloutId, temperature, seed, maxTokens }) => [rolloutId, temperature, seed, maxTokens]),
    ).toEqual([
      ['r/0', 1, 7, 9],
      ['r/1', 1, 8, 9],
      ['r/2', 1, 9, 9],
    ])
  })

  test('gives the same requests whenever it runs', async () => {
    const requests = async () => {
      const { model, run } = longest([say('a'), say('b'), say('c')])
      await run()
      return model.calls.map(({ attempts: _, ...request }) => request)
    }
    expect(await requests()).toEqual(await requests())
  })

  test('forgives tries that failed, and gives what the others gave', async () => {
    expect(await longest([down, say('bb'), down]).run()).toEqual({ answer: 'bb' })
  })

  test('throws when more tries failed than are forgiven, and when no try gave anything', async () => {
    const strict = longest([say('a'), down, say('c')], { failCount: 0 })
    await expect(strict.run()).rejects.toBe(down)
    expect(strict.model.calls.length).toBe(2)
    await expect(longest([down, down, down]).run()).rejects.toBe(down)
  })

  test('counts a reward that throws as a failed try', async () => {
    let asked = 0
    const best = bestOfN(ask, {
      n: 2,
      reward: () => {
        asked += 1
        if (asked === 1) throw new Error('no reward')
        return 1
      },
      threshold: 1,
    })
    expect(await best.run({ question: 'q' }, { model: scriptedModel([say('a'), say('b')]) })).toEqual({ answer: 'b' })
  })

  test.each([
    ['a spent budget', new BudgetError('budget/calls', 'Spent.', { limit: 1, spent: 1 })],
    ['a refused key', new ModelError('model/authentication', 'Refused.', { model: 'm' })],
    ['an abort', new DOMException('Left.', 'AbortError')],
  ])('goes on after nothing that no further try could help: %s', async (_, error) => {
    const { model, run } = longest([error, say('b')])
    await expect(run()).rejects.toBe(error)
    expect(model.calls.length).toBe(1)
  })

  test('asks nobody once its signal has aborted', async () => {
    const leaving = new AbortController()
    const model = scriptedModel([say('a'), say('b')])
    const best = bestOfN(ask, {
      n: 2,
      reward: () => {
        leaving.abort(new DOMException('Left.', 'AbortError'))
        return 0
      },
      threshold: 1,
    })
    await expect(best.run({ question: 'q' }, { model, signal: leaving.signal })).rejects.toMatchObject({
      name: 'AbortError',
    })
    expect(model.calls.length).toBe(1)
  })

  test.each([
    [{ n: 0 }, 'n'],
    [{ n: 1.5 }, 'n'],
    [{ threshold: Number.NaN }, 'threshold'],
    [{ failCount: -1 }, 'failCount'],
  ])('refuses options that make no sense: %o', (wrong, option) => {
    expect(() => bestOfN(ask, { n: 3, reward: length, threshold: 1, ...wrong })).toThrow(
      expect.objectContaining({ code: 'configuration/invalid', option }),
    )
  })

  test('refuses a reward that is no number', async () => {
    const best = bestOfN(ask, { n: 1, reward: () => Number.NaN, threshold: 1 })
    await expect(best.run({ question: 'q' }, { model: scriptedModel([say('a')]) })).rejects.toMatchObject({
      code: 'configuration/invalid',
      option: 'reward',
    })
  })

  test('has its predictors under module, and hands them what was learned', async () => {
    const best = bestOfN(chainOfThought('question -> answer'), { n: 1, reward: () => 1, threshold: 1 })
    expect(best.predictors.map(({ path }) => path)).toEqual(['module.predict'])
    const state = best.state['module.predict']
    const learned = best.withState({
      'module.predict': { ...state, signature: { ...state?.signature, instructions: 'Be brief.' } } as never,
    })
    const model = scriptedModel([`[[ ## reasoning ## ]]\nr\n\n${say('a')}`])
    await learned.run({ question: 'q' }, { model })
    expect(JSON.stringify(model.calls[0]?.messages)).toContain('Be brief.')
    expect(best.state['module.predict']).toBe(state)
  })

  test('tells while it is streamed that tries run, and the fields of the one that was taken', async () => {
    const best = bestOfN(ask, { n: 2, reward: length, threshold: 100 })
    const events = await collect(best.stream({ question: 'q' }, { model: scriptedModel([say('long'), say('b')]) }))
    expect(
      events.map(event => (event.type === 'field' ? `${event.path}.${event.field}=${event.delta}` : event.type)),
    ).toEqual([
      'module-started',
      'predictor-started',
      'predictor-finished',
      'predictor-started',
      'predictor-finished',
      'module.answer=long',
      'module-finished',
      'prediction',
    ])
  })

  test('asks again for an answer that cannot be read, streamed or not', async () => {
    const answers = (): string[] => ['[[ ## first ## ]]\na', '[[ ## first ## ]]\na\n\n[[ ## second ## ]]\nb']
    const two = bestOfN(predict('question -> first, second'), { n: 1, reward: () => 1, threshold: 1 })
    const streamed = await collect(two.stream({ question: 'q' }, { model: scriptedModel(answers()) }))
    expect(streamed.at(-1)).toMatchObject({
      prediction: await two.run({ question: 'q' }, { model: scriptedModel(answers()) }),
    })
  })

  test('may stand in itself and in programs: only what was taken at every level is told', async () => {
    const inner = bestOfN(ask, { n: 2, reward: length, threshold: 100 })
    const outer = bestOfN(inner, { n: 2, reward: (_, { answer }) => -answer.length, threshold: 100 })
    const whole = program('question -> answer', { outer }, async (input, { outer }) => outer(input))
    const model = scriptedModel([say('aaaa'), say('aa'), say('b'), say('bb')])
    const events = await collect(whole.stream({ question: 'q' }, { model }))
    expect(events.filter(({ type }) => type === 'field')).toEqual([
      { type: 'field', path: 'outer.module.module', field: 'answer', delta: 'bb' },
    ])
    expect(events.at(-1)).toMatchObject({ prediction: { answer: 'bb' } })
    expect(model.calls.map(({ rolloutId }) => rolloutId)).toEqual(['0/0', '0/1', '1/0', '1/1'])
  })
})
