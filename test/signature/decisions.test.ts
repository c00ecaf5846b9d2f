import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { predict } from '../../src/modules/predict.ts'
import { choice } from '../../src/signature/choice.ts'
import { signature } from '../../src/signature/create.ts'
import { noul } from '../../src/signature/noul.ts'
import { score } from '../../src/signature/score.ts'
import { scriptedModel } from '../../src/testing/scripted-model.ts'

const decided = (
  schema: ReturnType<typeof noul | typeof score> | ReturnType<typeof choice<string>>,
  evidence: unknown,
) => schema['~standard'].validate(evidence)

const triage = predict(
  signature({
    inputs: { ticket: 'string' },
    outputs: {
      team: choice({ billing: 'about money', technical: 'about a fault' }),
      urgent: noul({ yes: 'cannot wait', threshold: 0.8 }),
      tone: score(['angry', 'calm', 'glad']),
    },
  }),
)

const answer = (team: object, urgent: object, tone: object): string =>
  `[[ ## team ## ]]\n${JSON.stringify(team)}\n\n[[ ## urgent ## ]]\n${JSON.stringify(urgent)}\n\n[[ ## tone ## ]]\n${JSON.stringify(tone)}\n\n[[ ## completed ## ]]`

describe('a program that decides', () => {
  const good = answer(
    { probabilities: { billing: 0.7, technical: 0.3 }, confidence: 0.9 },
    { probability: 0.6 },
    { probabilities: { 0: 0.5, 1: 0.5, 2: 0 }, confidence: 0.4 },
  )

  test('gives typed decisions, made of what the model thinks likely', async () => {
    const { team, urgent, tone } = await triage.run({ ticket: 'Charged twice' }, { model: scriptedModel([good]) })
    const value: 'billing' | 'technical' = team.value
    expect(value).toBe('billing')
    expect(team.probabilities.technical).toBe(0.3)
    expect(urgent).toEqual({ value: false, probability: 0.6, confidence: expect.closeTo(0.25) })
    expect(tone).toEqual({ value: 0.5, level: 1, confidence: 0.4, probabilities: [0.5, 0.5, 0] })
  })

  test('tells the model what each option means', async () => {
    const model = scriptedModel([good])
    await triage.run({ ticket: 'Charged twice' }, { model })
    const asked = JSON.stringify(model.calls[0]?.messages)
    for (const meaning of ['about money', 'cannot wait', 'angry']) expect(asked).toContain(meaning)
  })

  test('asks once more for evidence that is none', async () => {
    const bad = answer({ probabilities: { billing: 0.7 }, confidence: 0.9 }, { probability: 7 }, {})
    const model = scriptedModel([bad, good])
    expect((await triage.run({ ticket: 'Charged twice' }, { model })).team.value).toBe('billing')
    expect(model.calls).toHaveLength(2)
  })
})

describe('a choice', () => {
  test.each([
    [{ a: 0.4, b: 0.4, c: 0.2 }, {}, 'a'],
    [{ a: 0.4, b: 0.4, c: 0.2 }, { a: 0.5 }, 'b'],
    [{ a: 0.2, b: 0.4, c: 0.1 }, { a: 2 }, 'b'],
    [{ a: 0.1, b: 0.2, c: 0.3 }, { c: 0 }, 'b'],
  ] as const)('of %j weighted %j is %s', (probabilities, weights, value) => {
    const schema = choice(['a', 'b', 'c'], { weights })
    expect(decided(schema, { probabilities, confidence: 1 })).toMatchObject({ value: { value } })
  })

  test('needs two options, and weights that leave one', () => {
    expect(() => choice(['only'])).toThrow(/two options/)
    expect(() => choice(['a', 'b'], { weights: { a: 0, b: 0 } })).toThrow(/weights/)
  })

  test('is never made of something else than a probability for every option', () => {
    const schema = choice(['a', 'b'])
    fc.assert(
      fc.property(fc.anything(), probabilities => {
        const result = decided(schema, { probabilities, confidence: 0.5 })
        if ('then' in result || result.issues !== undefined) return
        const { a, b } = probabilities as { readonly a: number; readonly b: number }
        expect(Math.max(a, b)).toBeGreaterThan(0)
        expect(Math.max(a, b)).toBeLessThanOrEqual(1)
      }),
    )
  })
})

test.each([
  [0.5, 0.5, true, 0],
  [0.5, 1, true, 1],
  [0.8, 0.4, false, 0.5],
  [0, 0, true, 0],
  [1, 0.25, false, 0.75],
])(
  'a noul with threshold %d and probability %d is %s with confidence %d',
  (threshold, probability, value, confidence) => {
    expect(decided(noul({ threshold }), { probability })).toEqual({
      value: { value, probability, confidence: expect.closeTo(confidence) },
    })
  },
)

test('the cuts of a score decide its level', () => {
  const probabilities = { 0: 0.2, 1: 0.2, 2: 0.6 }
  const at = (cuts: readonly number[]) =>
    decided(score(['low', 'mid', 'high'], { cuts }), { probabilities, confidence: 1 })
  expect(at([0.5, 1.5])).toMatchObject({ value: { value: expect.closeTo(1.4), level: 1 } })
  expect(at([0.5, 1.4])).toMatchObject({ value: { level: 2 } })
  expect(() => score(['low', 'high'], { cuts: [1] })).toThrow(/cuts/)
  expect(() => score(['low'])).toThrow(/levels/)
})
