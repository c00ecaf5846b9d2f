import { describe, expect, test } from 'vitest'
import { ModelError } from '../../src/errors/model-error.ts'
import { chainOfThought } from '../../src/modules/chain-of-thought.ts'
import { ensemble } from '../../src/modules/ensemble.ts'
import { majority } from '../../src/modules/majority.ts'
import { predict } from '../../src/modules/predict.ts'
import { usageOf } from '../../src/modules/prediction-details.ts'
import { scriptedModel } from '../../src/testing/scripted-model.ts'

const say = (answer: string): string => `[[ ## answer ## ]]\n${answer}`
const voters = (count: number) =>
  Array.from({ length: count }, (_, index) => predict('question -> answer', { instructions: `You are ${index}.` }))
/** Answers with the number of the program that asks. */
const numbered = () => scriptedModel(({ messages }) => say(/You are (\d+)/.exec(JSON.stringify(messages))?.[1] ?? ''))

describe('ensemble', () => {
  test('asks all programs at once and makes one prediction of theirs', async () => {
    const model = scriptedModel([say('Paris'), say('Lyon'), say('paris.')], { latencyMs: 1 })
    const voting = ensemble(voters(3), { reduce: answers => majority(answers) })
    const prediction = await voting.run({ question: 'q' }, { model })
    expect(prediction).toEqual({ answer: 'Paris' })
    expect(usageOf(prediction)).toMatchObject({ calls: 3 })
  })

  test('hands reduce the predictions in the order the programs were written, whoever was first', async () => {
    const model = numbered()
    const listing = ensemble(voters(4), { reduce: answers => ({ answer: answers.map(({ answer }) => answer).join() }) })
    expect(await listing.run({ question: 'q' }, { model })).toEqual({ answer: '0,1,2,3' })
  })

  test("has its programs' predictors under their places, and hands them what was learned", () => {
    const mixed = ensemble([predict('question -> answer'), chainOfThought('question -> answer')], { reduce: majority })
    expect(mixed.predictors.map(({ path }) => path)).toEqual(['programs[0]', 'programs[1].predict'])
    const learned = mixed.withState({
      'programs[1].predict': {
        ...mixed.state['programs[1].predict'],
        demos: [{ question: 'q', answer: 'a' }],
      } as never,
    })
    expect(learned.predictors.map(({ state }) => state.demos.length)).toEqual([0, 1])
  })

  test('with a size asks that many: the same ones for the same seed, input and rollout, others for others', async () => {
    const listing = (seed: number) =>
      ensemble(voters(8), {
        size: 3,
        seed,
        reduce: answers => ({ answer: answers.map(({ answer }) => answer).join() }),
      })
    const asked = async (seed: number, question: string, rolloutId = 'r'): Promise<string> =>
      (await listing(seed).run({ question }, { model: numbered(), rolloutId })).answer
    expect(await asked(1, 'q')).toBe(await asked(1, 'q'))
    expect((await asked(1, 'q')).split(',').map(Number)).toEqual((await asked(1, 'q')).split(',').map(Number).sort())
    const drawn = await Promise.all(Array.from({ length: 20 }, (_, index) => asked(1, `q${index}`)))
    expect(new Set(drawn).size).toBeGreaterThan(10)
    expect(new Set(drawn.flatMap(places => places.split(','))).size).toBe(8)
    expect(new Set(await Promise.all([asked(1, 'q'), asked(2, 'q'), asked(1, 'q', 's')])).size).toBe(3)
  })

  test('fails with the program that failed, and aborts the others', async () => {
    const down = new ModelError('model/transport', 'Cut.', { model: 'm' })
    const signals: (AbortSignal | undefined)[] = []
    const model = scriptedModel(({ signal }, index) => {
      signals.push(signal)
      return index === 0 ? down : new Promise(() => {})
    })
    await expect(ensemble(voters(2), { reduce: majority }).run({ question: 'q' }, { model })).rejects.toBe(down)
    expect(signals.at(-1)?.aborted).toBe(true)
  })

  test('refuses to be without programs, and a size that they do not have', () => {
    expect(() => ensemble([], { reduce: majority })).toThrow(expect.objectContaining({ option: 'programs' }))
    for (const size of [0, 3, 1.5]) {
      expect(() => ensemble(voters(2), { reduce: majority, size })).toThrow(expect.objectContaining({ option: 'size' }))
    }
  })
})
