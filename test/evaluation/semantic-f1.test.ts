import { describe, expect, test } from 'vitest'
import { usageLedger } from '../../src/data/usage-ledger.ts'
import { completeAndGrounded } from '../../src/evaluation/complete-and-grounded.ts'
import { evaluate } from '../../src/evaluation/evaluate.ts'
import { applyMetric } from '../../src/evaluation/metric.ts'
import { semanticF1 } from '../../src/evaluation/semantic-f1.ts'
import { semanticF1Wording } from '../../src/evaluation/wording.ts'
import { budgeted } from '../../src/models/budgeted.ts'
import { predict } from '../../src/modules/predict.ts'
import { textOf } from '../../src/ports/message.ts'
import { scriptedModel } from '../../src/testing/scripted-model.ts'
import { answeringModel } from './answering-model.ts'

const example = { question: 'Where is Seoul?', response: 'In Korea, on the Han.' }
const prediction = { response: 'In Korea.' }

describe('semanticF1', () => {
  // dspy.evaluate.auto_evaluation.f1_score(precision, recall) of DSPy 3.4.1.
  test.each([
    [0.5, 1, 0.6666666666666666],
    [1, 0.25, 0.4],
    [0, 0, 0],
    [1.2, 0.5, 0.6666666666666666],
    [95, 0.8, 0.888888888888889],
    [-1, 0.5, 0],
    [0.3333, 0.75, 0.4615065078925506],
  ])('of precision %d and recall %d is that of DSPy', async (precision, recall, expected) => {
    for (const decompositional of [false, true]) {
      const model = answeringModel(
        decompositional
          ? { reference_ideas: 'a', answer_ideas: 'b', comparison: 'c', recall, precision }
          : { recall, precision },
      )
      const { score, passed } = await applyMetric(semanticF1({ model, decompositional }), example, prediction)
      expect(score).toBeCloseTo(expected, 12)
      expect(passed).toBe(expected >= 0.66)
    }
  })

  test('shows the judge question, reference and answer, and our own words', async () => {
    const model = answeringModel({ recall: 0.5, precision: 1 })
    const result = await applyMetric(semanticF1({ model }), example, prediction)
    const sent = model.calls[0]?.messages.map(textOf).join('\n') ?? ''
    for (const text of ['Where is Seoul?', 'In Korea, on the Han.', 'In Korea.']) expect(sent).toContain(text)
    expect(sent).toContain(semanticF1Wording.instructions.split('\n')[0])
    expect(result).toMatchObject({
      feedback: 'The answer covers 50 % of the reference, and the reference supports 100 % of the answer. Because.',
      details: { recall: 0.5, precision: 1, usage: { calls: 1 } },
    })
  })

  test('takes the fields it is told, or all of the example that the prediction lacks as the question', async () => {
    const model = answeringModel({ recall: 1, precision: 1 })
    await applyMetric(semanticF1({ model }), { city: 'Seoul', year: 1394, founder: 'Taejo' }, { founder: 'King Taejo' })
    await applyMetric(
      semanticF1({ model, field: 'founder', question: 'city' }),
      { city: 'Seoul', year: 1394, founder: ['Taejo', 'Yi Seong-gye'], note: 'x' },
      { founder: 'King Taejo', note: 'y' },
    )
    const [first = '', second = ''] = model.calls.map(({ messages }) =>
      textOf(messages.at(-1) ?? { role: 'user', content: '' }),
    )
    expect(first).toContain('city: Seoul\nyear: 1394')
    expect(second).not.toContain('1394')
    expect(second).toContain('Any one of these:\n- Taejo\n- Yi Seong-gye')
  })

  test('has passed from the threshold on', async () => {
    const model = answeringModel({ recall: 1, precision: 0.5 })
    const passed = async (threshold?: number) =>
      (await applyMetric(semanticF1({ model, ...(threshold && { threshold }) }), example, prediction)).passed
    expect([await passed(), await passed(0.67), await passed(0.66)]).toEqual([true, false, true])
  })

  test('spends in its own account, not in that of the program', async () => {
    const model = answeringModel({ recall: 1, precision: 1 })
    const usage = usageLedger()
    const program = predict('question -> response')
    const asked = answeringModel({ response: 'In Korea.' })
    const result = await evaluate(program, { examples: [example], metric: semanticF1({ model, usage }), model: asked })
    expect(result.usage.calls).toBe(1)
    expect(usage.total.calls).toBe(1)
  })

  test('ends the evaluation where its own budget does', async () => {
    const model = budgeted(answeringModel({ recall: 1, precision: 1 }), { calls: 1 })
    const evaluation = evaluate(predict('question -> response'), {
      examples: [example, example],
      metric: semanticF1({ model }),
      model: answeringModel({ response: 'In Korea.' }),
    })
    await expect(evaluation).rejects.toMatchObject({ code: 'budget/calls' })
  })

  test('is ended with the evaluation', async () => {
    const controller = new AbortController()
    const reason = new DOMException('The user went home.', 'AbortError')
    let judgeSignal: AbortSignal | undefined
    const judge = scriptedModel(request => {
      judgeSignal = request.signal
      controller.abort(reason)
      return new Promise((_, reject) => request.signal?.addEventListener('abort', () => reject(request.signal?.reason)))
    })
    const evaluation = evaluate(predict('question -> response'), {
      examples: [example],
      metric: semanticF1({ model: judge }),
      model: answeringModel({ response: 'In Korea.' }),
      signal: controller.signal,
    })
    await expect(evaluation).rejects.toBe(reason)
    expect(judgeSignal?.aborted).toBe(true)
  })

  test('without a label is data/fields', async () => {
    const model = answeringModel({ recall: 1, precision: 1 })
    await expect(applyMetric(semanticF1({ model }), { question: 'x' }, prediction)).rejects.toMatchObject({
      code: 'data/fields',
    })
    expect(model.calls).toEqual([])
  })
})

describe('completeAndGrounded', () => {
  const found = { response: 'In Korea.', context: ['Seoul lies in Korea.', 'Busan too.'] }

  // f1_score(groundedness, completeness) of DSPy 3.4.1.
  test.each([
    [0.5, 1, 0.6666666666666666],
    [0.25, 1, 0.4],
    [0.75, 0.3333, 0.4615065078925506],
  ])('of completeness %d and groundedness %d is that of DSPy', async (completeness, groundedness, expected) => {
    const model = answeringModel((_, call) =>
      call === 1
        ? { reference_ideas: 'a', answer_ideas: 'b', comparison: 'It lacks the river.', completeness }
        : { claims: 'a', support: 'The first passage has it.', groundedness },
    )
    const result = await applyMetric(completeAndGrounded({ model }), example, found)
    expect(result.score).toBeCloseTo(expected, 12)
    expect(result).toMatchObject({
      passed: expected >= 0.66,
      details: { completeness, groundedness, usage: { calls: 2 } },
    })
    expect(result.feedback).toContain('It lacks the river.\nThe passages support')
    const asked = model.calls.map(({ messages }) => textOf(messages.at(-1) ?? { role: 'user', content: '' }))
    expect(asked[0]).not.toContain('Busan too.')
    expect(asked[1]).toContain('Busan too.')
    expect(asked[1]).not.toContain('on the Han')
  })

  test('needs the passages', async () => {
    const model = answeringModel({})
    await expect(
      applyMetric(completeAndGrounded({ model, context: 'passages' }), example, found),
    ).rejects.toMatchObject({
      code: 'data/fields',
    })
  })
})
