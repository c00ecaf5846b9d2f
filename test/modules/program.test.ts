import { describe, expect, test } from 'vitest'
import { usageLedger } from '../../src/data/usage-ledger.ts'
import { chainOfThought } from '../../src/modules/chain-of-thought.ts'
import { predict } from '../../src/modules/predict.ts'
import { usageOf } from '../../src/modules/prediction-details.ts'
import { program } from '../../src/modules/program.ts'
import type { ProgramEvent } from '../../src/ports/module.ts'
import { recordingTracer } from '../../src/testing/recording-tracer.ts'
import { scriptedModel } from '../../src/testing/scripted-model.ts'

const say = (fields: Readonly<Record<string, string>>): string =>
  Object.entries(fields)
    .map(([name, value]) => `[[ ## ${name} ## ]]\n${value}\n\n`)
    .join('')

const rag = program(
  'question -> answer',
  { hop: chainOfThought('question -> query'), answer: predict('context: list[str], question -> answer') },
  async ({ question }, { hop, answer }) => {
    const { query, reasoning } = await hop({ question })
    return { ...(await answer({ context: [`found ${query}`], question })), reasoning }
  },
)

const answers = () => [say({ reasoning: 'think', query: 'paris' }), say({ answer: 'Paris' })]

describe('program', () => {
  test('runs its forward with children that are plain functions', async () => {
    expect(await rag.run({ question: 'q' }, { model: scriptedModel(answers()) })).toEqual({
      answer: 'Paris',
      reasoning: 'think',
    })
  })

  test('adds up what its children cost, for itself and for the caller', async () => {
    const usage = usageLedger()
    const prediction = await rag.run({ question: 'q' }, { model: scriptedModel(answers()), usage })
    expect(usageOf(prediction)).toMatchObject({ calls: 2 })
    expect(usage.total).toEqual(usageOf(prediction))
  })

  test("gives its predictors DSPy's paths: names, places in lists, keys of records", () => {
    const shared = predict('a -> b')
    const inner = program('a -> b', { gen: chainOfThought('a -> b') }, async (input, { gen }) => gen(input))
    const tree = program(
      'a -> b',
      {
        plan: shared,
        subs: [inner, predict('a -> b')],
        by_name: { x: predict('a -> b'), 'y z': inner.withState({}) },
        same: shared,
      },
      async (input, { plan }) => plan(input),
    )
    expect(tree.predictors.map(({ path }) => path)).toEqual([
      'plan',
      'subs[0].gen.predict',
      'subs[1]',
      "by_name['x']",
      "by_name['y z'].gen.predict",
    ])
  })

  test('hands what was learned to the children it belongs to, in a new program', async () => {
    const learned = rag.withState({
      answer: { ...rag.state.answer, demos: [{ context: ['c'], question: 'q', answer: 'a' }] } as never,
    })
    const model = scriptedModel([...answers(), ...answers()])
    await learned.run({ question: 'q' }, { model })
    await rag.run({ question: 'q' }, { model })
    expect(model.calls.map(call => call.messages.length)).toEqual([2, 4, 2, 2])
    expect(learned.state['hop.predict']).toEqual(rag.state['hop.predict'])
  })

  test('lets a call of a child override the context', async () => {
    const stronger = scriptedModel([say({ answer: 'strong' })], { id: 'stronger' })
    const mixed = program('question -> answer', { ask: predict('question -> answer') }, async (input, { ask }) =>
      ask(input, { model: stronger }),
    )
    expect(await mixed.run({ question: 'q' }, { model: scriptedModel([]) })).toEqual({ answer: 'strong' })
  })

  test('refuses an input that does not fit, and a forward that returns no object', async () => {
    await expect(rag.run({} as never, { model: scriptedModel([]) })).rejects.toMatchObject({ code: 'prediction/input' })
    const wrong = program('a -> b', {}, (async () => 'b') as never)
    await expect(wrong.run({ a: '' }, { model: scriptedModel([]) })).rejects.toMatchObject({
      code: 'configuration/invalid',
    })
  })

  test('may run many times at once', async () => {
    const model = scriptedModel(
      ({ messages }) => say({ answer: /q\d+/.exec(String(messages.at(-1)?.content))?.[0] ?? '' }),
      { latencyMs: 1 },
    )
    const echo = program('question -> answer', { ask: predict('question -> answer') }, async (input, { ask }) =>
      ask(input),
    )
    const questions = Array.from({ length: 50 }, (_, index) => `q${index}`)
    const answers = await Promise.all(questions.map(question => echo.run({ question }, { model })))
    expect(answers.map(({ answer }) => answer)).toEqual(questions)
  })

  test('traces the program, its predictors by path, and their model calls', async () => {
    const tracer = recordingTracer()
    await rag.run({ question: 'q' }, { model: scriptedModel(answers()), tracer })
    expect(tracer.spans).toMatchObject([
      {
        kind: 'program',
        name: 'self',
        children: [
          { kind: 'predictor', name: 'hop.predict', children: [{ kind: 'adapter' }, { kind: 'model' }, {}] },
          { kind: 'predictor', name: 'answer', children: [{ kind: 'adapter' }, { kind: 'model' }, {}] },
        ],
      },
    ])
  })
})

describe('streaming a program', () => {
  const collect = async <Output>(events: AsyncIterable<ProgramEvent<Output>>): Promise<ProgramEvent<Output>[]> => {
    const all: ProgramEvent<Output>[] = []
    for await (const event of events) all.push(event)
    return all
  }

  test('tells the fields of every predictor as they arrive, and the prediction last', async () => {
    const events = await collect(rag.stream({ question: 'q' }, { model: scriptedModel(answers()) }))
    const text = (path: string, field: string): string =>
      events
        .map(event => (event.type === 'field' && event.path === path && event.field === field ? event.delta : ''))
        .join('')
    expect([text('hop.predict', 'query'), text('answer', 'answer')]).toEqual(['paris', 'Paris'])
    expect(events.map(({ type }) => type).filter(type => type !== 'field')).toEqual([
      'module-started',
      'predictor-started',
      'predictor-finished',
      'predictor-started',
      'predictor-finished',
      'module-finished',
      'prediction',
    ])
    expect(events.at(-1)).toMatchObject({ prediction: { answer: 'Paris', reasoning: 'think' }, usage: { calls: 2 } })
  })

  test('an answer that cannot be read is an error once something of it was shown, and asked for again before', async () => {
    const twice = predict('question -> first, second')
    const shown = scriptedModel([say({ first: 'a' }), say({ first: 'a', second: 'b' })])
    await expect(collect(twice.stream({ question: 'q' }, { model: shown }))).rejects.toMatchObject({
      code: 'prediction/unparsable',
    })
    const hidden = scriptedModel(['nothing to show', say({ first: 'a', second: 'b' })])
    expect((await collect(twice.stream({ question: 'q' }, { model: hidden }))).at(-1)).toMatchObject({
      prediction: { second: 'b' },
    })
  })

  test('leaving the stream aborts what is in flight', async () => {
    const signals: (AbortSignal | undefined)[] = []
    const model = scriptedModel(request => {
      signals.push(request.signal)
      return say({ first: 'a '.repeat(200), second: 'b' })
    })
    for await (const event of predict('question -> first, second').stream({ question: 'q' }, { model })) {
      if (event.type === 'field') break
    }
    expect(signals[0]?.aborted).toBe(true)
  })

  test('an error of the model ends the stream', async () => {
    const events = predict('question -> answer').stream(
      { question: 'q' },
      { model: scriptedModel([new Error('down')]) },
    )
    await expect(collect(events)).rejects.toThrow('down')
  })
})
