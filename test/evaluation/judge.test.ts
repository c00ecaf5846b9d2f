import { describe, expect, test } from 'vitest'
import { judge } from '../../src/evaluation/judge.ts'
import { applyMetric } from '../../src/evaluation/metric.ts'
import { pairwiseJudge } from '../../src/evaluation/pairwise-judge.ts'
import { textOf } from '../../src/ports/message.ts'
import { signature } from '../../src/signature/create.ts'
import { recordingTracer } from '../../src/testing/recording-tracer.ts'
import { answeringModel } from './answering-model.ts'

const example = { mail: 'Where is my order?', reply: 'It left on Monday.' }
const prediction = { reasoning: 'I know nothing.', reply: 'Sorry, I do not know.' }
const criteria = 'The reply says where the order is.'
const last = (messages: readonly Parameters<typeof textOf>[0][]) =>
  textOf(messages.at(-1) ?? { role: 'user', content: '' })

describe('a judge by criteria', () => {
  test.each([
    ['numbers', undefined, '2', 0.25, false],
    ['numbers', { low: 0, high: 10 }, '7', 0.7, true],
    ['yes and no', 'yes-no' as const, 'True', 1, true],
    ['yes and no', 'yes-no' as const, 'False', 0, false],
    ['levels', ['wrong', 'partly right', 'right'], 'partly right', 0.5, true],
    ['levels', ['wrong', 'partly right', 'right'], 'wrong', 0, false],
  ])('on a scale of %s (%j) reads %s as a score', async (_, scale, verdict, score, passed) => {
    const model = answeringModel({ verdict, feedback: 'Look the order up.' })
    const metric = judge({ model, criteria, ...(scale !== undefined && { scale }) })
    expect(await applyMetric(metric, example, prediction)).toMatchObject({
      score,
      passed,
      feedback: 'Look the order up.',
      details: { reasoning: 'Because.', usage: { calls: 1 } },
    })
  })

  test('sees criteria, request and response, and neither label nor reasoning', async () => {
    const model = answeringModel({ verdict: 3, feedback: '' })
    const result = await applyMetric(judge({ model, criteria }), example, prediction)
    const asked = last(model.calls[0]?.messages ?? [])
    for (const text of [criteria, 'Where is my order?', 'Sorry, I do not know.']) expect(asked).toContain(text)
    expect(asked).not.toContain('It left on Monday.')
    expect(asked).not.toContain('I know nothing.')
    expect(result.feedback).toBeUndefined()
  })

  test('sees a reference where it is to', async () => {
    const model = answeringModel({ verdict: 3, feedback: '' })
    await applyMetric(judge({ model, criteria, reference: ['reply'], request: ['mail'] }), example, prediction)
    expect(last(model.calls[0]?.messages ?? [])).toContain('It left on Monday.')
  })

  test('asks again for a verdict that is not on its scale', async () => {
    const model = answeringModel((_, call) => ({ verdict: call === 1 ? 9 : 4, feedback: '' }))
    const { score } = await applyMetric(judge({ model, criteria }), example, prediction)
    expect([score, model.calls.length]).toEqual([0.75, 2])
  })

  test('runs in a span of its own', async () => {
    const tracer = recordingTracer()
    await applyMetric(
      judge({ model: answeringModel({ verdict: 3, feedback: '' }), criteria, name: 'polite', tracer }),
      example,
      prediction,
    )
    expect(tracer.spans[0]).toMatchObject({ kind: 'metric', name: 'polite' })
  })

  test.each([[{ low: 1, high: 1 }], [{ low: 0.5, high: 2 }], [['same', 'same']], [['only']]])(
    'refuses the scale %j',
    scale => {
      expect(() => judge({ model: answeringModel({}), criteria, scale })).toThrow(
        expect.objectContaining({ option: 'scale' }),
      )
    },
  )
})

describe('a judge with a signature of its own', () => {
  const own = signature('mail, reply -> verdict: bool, feedback', { instructions: 'Is it rude?' })

  test('is shown what its inputs say', async () => {
    const model = answeringModel({ verdict: 'true', feedback: 'Say please.' })
    const metric = judge({
      model,
      signature: own,
      inputs: (row, answer) => ({ ...row, ...answer }),
      scale: 'yes-no',
    })
    expect(await applyMetric(metric, example, { reply: 'No!' })).toMatchObject({ score: 1, feedback: 'Say please.' })
    expect(last(model.calls[0]?.messages ?? [])).toContain('No!')
  })

  test('whose verdict is not on its scale fails', async () => {
    const model = answeringModel({ verdict: 'excellent', feedback: '' })
    const metric = judge({
      model,
      signature: signature('reply -> verdict, feedback'),
      inputs: (_, answer) => ({ ...answer }),
      scale: ['bad', 'good'],
    })
    await expect(applyMetric(metric, example, { reply: 'No!' })).rejects.toMatchObject({ code: 'prediction/invalid' })
  })

  test('needs a verdict', () => {
    const scoring = signature('reply -> score: float')
    expect(() => judge({ model: answeringModel({}), signature: scoring, inputs: () => ({}) })).toThrow(
      expect.objectContaining({ option: 'signature' }),
    )
  })
})

describe('a pairwise judge', () => {
  const [short, long] = [{ reply: 'Monday.' }, { reply: 'It left the house on Monday.' }]

  test('that always prefers what stands first gives a tie, and says so', async () => {
    const { compare } = pairwiseJudge({ model: answeringModel({ better: 'a' }), criteria })
    expect(await compare(example, short, long)).toMatchObject({ winner: 'tie', consistent: false, usage: { calls: 2 } })
  })

  test('that means it gives the winner, whichever stands first', async () => {
    const model = answeringModel((asked: string) => {
      const a = asked.indexOf('[[ ## response_a ## ]]\nMonday.') >= 0
      return { better: a ? 'a' : 'b' }
    })
    const { compare } = pairwiseJudge({ model, criteria })
    expect(await compare(example, short, long)).toMatchObject({ winner: 'first', consistent: true })
    expect(await compare(example, long, short)).toMatchObject({ winner: 'second', consistent: true })
  })

  test('is a metric against the example, or whom it is given', async () => {
    const tied = pairwiseJudge({ model: answeringModel({ better: 'tie' }), criteria })
    expect(await applyMetric(tied, example, prediction)).toMatchObject({ score: 0.5, passed: true })
    const model = answeringModel((asked: string) => ({
      better: asked.includes('[[ ## response_a ## ]]\nthe baseline') ? 'a' : 'b',
    }))
    const losing = pairwiseJudge({ model, criteria, opponent: () => ({ reply: 'the baseline' }) })
    expect(await applyMetric(losing, example, prediction)).toMatchObject({
      score: 0,
      passed: false,
      details: { winner: 'second', consistent: true },
    })
  })
})
