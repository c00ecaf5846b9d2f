import { describe, expect, test } from 'vitest'
import { json } from '../../src/adapters/json.ts'
import { usageLedger } from '../../src/data/usage-ledger.ts'
import { byScore, probabilitiesOf } from '../../src/modules/by-score.ts'
import { chainOfThought } from '../../src/modules/chain-of-thought.ts'
import { predict } from '../../src/modules/predict.ts'
import { answersOf, usageOf } from '../../src/modules/prediction-details.ts'
import { scriptedModel } from '../../src/testing/scripted-model.ts'

const classify = predict("text -> label: 'good' | 'bad' | 'unsure'", { decide: byScore })

/** A model that finds an answer the likelier the later its label stands in a list. */
const weighing = (labels: readonly string[], said: readonly string[] = []) =>
  scriptedModel(said, {
    score: (_, answer) => {
      const place = labels.findIndex(label => answer.includes(label))
      return Math.log(place < 0 ? 1e-9 : (place + 1) / 10)
    },
  })

describe('a prediction that is decided by score', () => {
  test('is the likeliest label, in one call that draws nothing, with the odds of all', async () => {
    const model = weighing(['bad', 'unsure', 'good'])
    const usage = usageLedger()
    const prediction = await classify.run({ text: 'a warm film' }, { model, usage })
    expect(prediction).toEqual({ label: 'good' })
    expect(probabilitiesOf(prediction).label?.map(({ label }) => label)).toEqual(['good', 'unsure', 'bad'])
    expect(probabilitiesOf(prediction).label?.map(({ probability }) => probability)).toEqual([
      expect.closeTo(3 / 6),
      expect.closeTo(2 / 6),
      expect.closeTo(1 / 6),
    ])
    expect(model.calls).toEqual([])
    expect(model.scored.map(({ answer }) => answer)).toEqual(
      ['good', 'bad', 'unsure'].map(label => `[[ ## label ## ]]\n${label}\n\n[[ ## completed ## ]]`),
    )
    expect([usageOf(prediction).calls, usage.total.calls]).toEqual([1, 1])
    expect(answersOf(prediction)[0]?.text).toContain('good')
  })

  test('has what comes before the label drawn first, and in its place', async () => {
    const model = weighing(
      ['bad', 'good'],
      ['[[ ## reasoning ## ]]\nIt is warm.\n\n[[ ## label ## ]]\nbad\n\n[[ ## completed ## ]]'],
    )
    const program = chainOfThought("text -> label: 'good' | 'bad'", { decide: byScore })
    const prediction = await program.run({ text: 'a warm film' }, { model })
    expect(prediction).toEqual({ reasoning: 'It is warm.', label: 'good' })
    expect(model.scored[0]?.answer).toMatch(/It is warm\.\n\n\[\[ ## label ## \]\]\ngood/)
    expect(usageOf(prediction).calls).toBe(2)
    expect(probabilitiesOf(prediction).label?.[0]).toEqual({ label: 'good', probability: expect.closeTo(2 / 3) })
  })

  test('weighs several fields together, in the format of the context, and tells each by itself', async () => {
    const program = predict("text -> mood: 'good' | 'bad', sure: true | false, stars: 1 | 2", { decide: byScore })
    const model = scriptedModel([], {
      score: (_, answer) => (answer.includes('"bad"') ? -1 : -3) - (answer.includes('2') ? 0 : 1),
    })
    const prediction = await program.run({ text: 'so cold' }, { model, adapter: json })
    expect(prediction).toMatchObject({ mood: 'bad', stars: 2 })
    expect(model.scored).toHaveLength(8)
    for (const labels of Object.values(probabilitiesOf(prediction))) {
      expect(labels.reduce((sum, { probability }) => sum + probability, 0)).toBeCloseTo(1)
    }
  })

  test('is told to a stream as it was decided', async () => {
    const told: unknown[] = []
    for await (const event of classify.stream({ text: 'a warm film' }, { model: weighing(['bad', 'good']) })) {
      if (event.type === 'field') told.push([event.field, event.delta])
    }
    expect(told).toEqual([['label', 'good']])
  })

  test('survives new demos and instructions', async () => {
    const state = {
      ...classify.state,
      self: { ...classify.predictors[0]?.state, demos: [{ text: 'a', label: 'bad' }] },
    }
    const model = weighing(['bad', 'good'])
    const learned = classify.withState(state as typeof classify.state)
    expect(await learned.run({ text: 'a warm film' }, { model })).toEqual({ label: 'good' })
    expect(model.scored[0]?.request.messages).toHaveLength(4)
  })
})

describe('what cannot be decided by score', () => {
  test('is a prediction of a model that scores nothing', async () => {
    await expect(classify.run({ text: 'a' }, { model: scriptedModel(['x']) })).rejects.toMatchObject({
      code: 'model/unsupported',
      message: expect.stringContaining('scores no answers'),
    })
  })

  test.each([
    ['a field of another type at the end', predict('text -> label', { decide: byScore })],
    [
      'too many combinations',
      predict('text -> a: 1 | 2 | 3 | 4, b: 1 | 2 | 3 | 4, c: 1 | 2 | 3 | 4, d: 1 | 2 | 3 | 4, e: 1 | 2 | 3 | 4', {
        decide: byScore,
      }),
    ],
    ['several answers', predict("text -> label: 'a' | 'b'", { decide: byScore, n: 2 })],
  ])('is a signature with %s', async (_, program) => {
    await expect(program.run({ text: 'a' }, { model: weighing([]) })).rejects.toMatchObject({
      code: 'configuration/invalid',
    })
  })

  test('leaves other predictions without probabilities', () => {
    expect(probabilitiesOf({ label: 'a' })).toEqual({})
  })
})
