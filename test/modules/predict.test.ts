import { describe, expect, test } from 'vitest'
import { usageLedger } from '../../src/data/usage-ledger.ts'
import { ModelError } from '../../src/errors/model-error.ts'
import { bind } from '../../src/modules/bind.ts'
import { chainOfThought } from '../../src/modules/chain-of-thought.ts'
import { predict } from '../../src/modules/predict.ts'
import { answersOf, completionsOf, messagesOf, usageOf } from '../../src/modules/prediction-details.ts'
import { signature } from '../../src/signature/create.ts'
import { recordingTracer } from '../../src/testing/recording-tracer.ts'
import { scriptedModel } from '../../src/testing/scripted-model.ts'

const classify = predict("text -> label: 'spam' | 'ham'")
const spam = '[[ ## label ## ]]\nspam\n\n[[ ## completed ## ]]'

describe('predict', () => {
  test('asks the model once and reads its answer by type', async () => {
    const model = scriptedModel([spam])
    expect(await classify.run({ text: 'win money' }, { model })).toEqual({ label: 'spam' })
    expect(model.calls).toHaveLength(1)
  })

  test('keeps what the prediction cost and what was sent beside it, not in it', async () => {
    const prediction = await classify.run({ text: 'win money' }, { model: scriptedModel([spam]) })
    expect(usageOf(prediction)).toMatchObject({ calls: 1, attempts: 1 })
    expect(messagesOf(prediction)).toHaveLength(2)
    expect(answersOf(prediction)[0]?.text).toBe(spam)
    expect(JSON.stringify(prediction)).toBe('{"label":"spam"}')
  })

  test('refuses an input that does not fit before it asks', async () => {
    const model = scriptedModel([])
    await expect(classify.run({} as never, { model })).rejects.toMatchObject({
      code: 'prediction/input',
      issues: [{ field: 'text' }],
    })
    expect(model.calls).toHaveLength(0)
  })

  test('asks once more, with the problems named, when the answer cannot be read', async () => {
    const model = scriptedModel(['spam, I think', spam])
    const usage = usageLedger()
    const prediction = await classify.run({ text: 'win money' }, { model, usage })
    expect(prediction).toEqual({ label: 'spam' })
    expect(model.calls[1]?.messages.slice(-2)).toMatchObject([
      { role: 'assistant', content: 'spam, I think' },
      { role: 'user', content: expect.stringContaining('- label: its marker [[ ## label ## ]] is missing') },
    ])
    expect(usageOf(prediction)).toMatchObject({ calls: 2 })
    expect(usage.total).toEqual(usageOf(prediction))
  })

  test('gives up after the second answer that cannot be read', async () => {
    const model = scriptedModel(['nonsense', 'more nonsense', spam])
    await expect(classify.run({ text: 't' }, { model })).rejects.toMatchObject({
      code: 'prediction/unparsable',
      text: 'more nonsense',
    })
    expect(model.calls).toHaveLength(2)
  })

  test('sends no more than maxAttempts requests', async () => {
    const model = scriptedModel(['nonsense', spam])
    await expect(classify.run({ text: 't' }, { model, maxAttempts: 1 })).rejects.toMatchObject({
      code: 'prediction/unparsable',
    })
    expect(model.calls).toHaveLength(1)
  })

  test.each([
    ['length', 'model/truncated'],
    ['content-filter', 'model/filtered'],
  ] as const)('an answer that ended by %s is the error %s, even if it could be read', async (finishReason, code) => {
    const model = scriptedModel([{ text: spam, finishReason }])
    await expect(classify.run({ text: 't' }, { model })).rejects.toMatchObject({ code })
  })

  test('gives every readable answer where several were drawn, the first readable one as the prediction', async () => {
    const several = predict('question -> answer', { n: 3 })
    const model = scriptedModel(['nonsense', '[[ ## answer ## ]]\na', '[[ ## answer ## ]]\nb'])
    const prediction = await several.run({ question: 'q' }, { model })
    expect(prediction).toEqual({ answer: 'a' })
    expect(completionsOf(prediction)).toEqual([{ answer: 'a' }, { answer: 'b' }])
    expect(model.calls[0]).toMatchObject({ n: 3 })
  })

  test("takes the context's sampling over its own, value by value", async () => {
    const drawn = predict('question -> answer', { sampling: { temperature: 0.7, maxTokens: 9 } })
    const model = scriptedModel(['[[ ## answer ## ]]\na'])
    await drawn.run({ question: 'q' }, { model, sampling: { temperature: 0 }, rolloutId: 'r1', deadlineMs: 5 })
    expect(model.calls[0]).toMatchObject({ temperature: 0, maxTokens: 9, rolloutId: 'r1', deadlineMs: 5 })
  })

  test('passes an error of the model on as it is, and an abort as its own reason', async () => {
    const down = new ModelError('model/server', 'down', { model: 'm' })
    await expect(classify.run({ text: 't' }, { model: scriptedModel([down]) })).rejects.toBe(down)
    const reason = new Error('enough')
    await expect(
      classify.run({ text: 't' }, { model: scriptedModel([spam]), signal: AbortSignal.abort(reason) }),
    ).rejects.toBe(reason)
  })

  test('learns by withState: instructions, labels, descriptions and demos, in a new module', async () => {
    const { state } = classify
    const learned = classify.withState({
      self: {
        ...state.self,
        demos: [{ text: 'hello mom', label: 'ham' }],
        signature: {
          instructions: 'Find the spam.',
          fields: [
            { prefix: 'Mail:', description: 'a mail' },
            { prefix: 'Label:', description: '${label}' },
          ],
        },
      } as never,
    })
    const model = scriptedModel([spam, spam])
    await learned.run({ text: 't' }, { model })
    await classify.run({ text: 't' }, { model })
    expect(model.calls[0]?.messages).toHaveLength(4)
    expect(model.calls[0]?.messages[0]?.content).toContain('- text (string): a mail')
    expect(model.calls[0]?.messages[0]?.content).toContain('Task: Find the spam.')
    expect(model.calls[1]?.messages).toHaveLength(2)
  })

  test('traces one predictor span with its adapter and its model inside', async () => {
    const tracer = recordingTracer()
    await classify.run({ text: 't' }, { model: scriptedModel([spam]), tracer })
    expect(tracer.spans).toMatchObject([
      {
        kind: 'predictor',
        name: 'self',
        input: { text: 't' },
        outcome: { output: { label: 'spam' } },
        children: [
          { kind: 'adapter', name: 'chat format' },
          { kind: 'model', name: 'scripted' },
          { kind: 'adapter', name: 'chat parse', outcome: { output: { label: 'spam' } } },
        ],
      },
    ])
  })

  test('takes a signature object as well as a string, and other instructions', () => {
    const made = predict(signature('question -> answer'), {
      instructions: 'Be brief.',
      descriptions: { answer: 'a word' },
    })
    expect(made.signature).toMatchObject({ instructions: 'Be brief.', outputs: [{ description: 'a word' }] })
    expect(made.predictors.map(({ path }) => path)).toEqual(['self'])
  })
})

describe('chainOfThought', () => {
  test('lets the model reason first, under the path DSPy gives it', async () => {
    const solve = chainOfThought('question -> answer: int')
    const model = scriptedModel(['[[ ## reasoning ## ]]\nsix times seven\n\n[[ ## answer ## ]]\n42'])
    expect(await solve.run({ question: 'q' }, { model })).toEqual({ reasoning: 'six times seven', answer: 42 })
    expect(solve.predictors.map(({ path }) => path)).toEqual(['predict'])
    expect(solve.state.predict?.signature.fields.map(({ prefix }) => prefix)).toEqual([
      'Question:',
      'Reasoning:',
      'Answer:',
    ])
  })
})

describe('bind', () => {
  test('makes a function of the input, whose context can be overridden in parts', async () => {
    const first = scriptedModel([spam], { id: 'first' })
    const second = scriptedModel([spam], { id: 'second' })
    const judge = bind(classify, { model: first })
    await judge({ text: 'a' })
    await judge({ text: 'b' }, { model: second })
    expect([first.calls.length, second.calls.length]).toEqual([1, 1])
  })
})
