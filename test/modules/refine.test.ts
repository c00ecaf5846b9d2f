import { describe, expect, test } from 'vitest'
import { json } from '../../src/adapters/json.ts'
import { ModelError } from '../../src/errors/model-error.ts'
import { chainOfThought } from '../../src/modules/chain-of-thought.ts'
import { predict } from '../../src/modules/predict.ts'
import { usageOf } from '../../src/modules/prediction-details.ts'
import { program } from '../../src/modules/program.ts'
import { refine } from '../../src/modules/refine.ts'
import { withContext } from '../../src/modules/with-context.ts'
import type { ModelRequest } from '../../src/ports/language-model.ts'
import { textOf } from '../../src/ports/message.ts'
import type { ProgramEvent } from '../../src/ports/module.ts'
import { recordingTracer } from '../../src/testing/recording-tracer.ts'
import { scriptedModel } from '../../src/testing/scripted-model.ts'

const say = (fields: Readonly<Record<string, string>>): string =>
  Object.entries(fields)
    .map(([name, value]) => `[[ ## ${name} ## ]]\n${value}\n\n`)
    .join('')

const advise = (advice: Readonly<Record<string, string>>): string =>
  say({ discussion: 'It was too short.', advice: JSON.stringify(advice) })

const lastText = (request: ModelRequest | undefined): string => {
  const message = request?.messages.at(-1)
  return message === undefined ? '' : textOf(message)
}

const length = (_: { question: string }, { answer }: { answer: string }): number => answer.length

const hops = program(
  'question -> answer',
  { hop: chainOfThought('question -> query'), answer: predict('context: list[str], question -> answer') },
  async ({ question }, { hop, answer }) => {
    const { query } = await hop({ question })
    return answer({ context: [query], question })
  },
)

describe('refine', () => {
  test('advises every predictor by its name, as a last input that only it reads', async () => {
    const model = scriptedModel([
      say({ reasoning: 'r', query: 'one' }),
      say({ answer: 'a' }),
      advise({ 'hop.predict': 'Ask about two.', answer: 'Say more.' }),
      say({ reasoning: 'r', query: 'two' }),
      say({ answer: 'aaa' }),
    ])
    const refined = refine(hops, { n: 3, reward: length, threshold: 3 })
    const prediction = await refined.run({ question: 'q' }, { model })
    expect(prediction).toEqual({ answer: 'aaa' })
    expect(usageOf(prediction)).toMatchObject({ calls: 5 })
    expect(model.calls.slice(0, 2).map(call => JSON.stringify(call.messages).includes('hint_'))).toEqual([false, false])
    expect(lastText(model.calls[3])).toContain('[[ ## question ## ]]\nq\n\n[[ ## hint_ ## ]]\nAsk about two.')
    expect(lastText(model.calls[3])).not.toContain('Say more.')
    expect(lastText(model.calls[4])).toContain('[[ ## hint_ ## ]]\nSay more.')
  })

  test('tells the adviser what ran, on what, with which reward', async () => {
    const model = scriptedModel([
      say({ reasoning: 'because', query: 'one' }),
      say({ answer: 'a' }),
      advise({}),
      say({ reasoning: 'r', query: 'two' }),
      say({ answer: 'aa' }),
    ])
    const refined = refine(hops, { n: 2, reward: length, threshold: 9, rewardRule: 'Long answers are good.' })
    await refined.run({ question: 'Why?' }, { model, path: 'outer' })
    const asked = lastText(model.calls[2])
    for (const part of [
      'Predictor hop.predict\nInstructions: Read `question` and produce `reasoning`, `query`.',
      'Predictor answer\n',
      '{"predictor":"hop.predict","input":{"question":"Why?"},"output":{"reasoning":"because","query":"one"}}',
      '{"predictor":"answer","input":{"context":["one"],"question":"Why?"},"output":{"answer":"a"}}',
      '[[ ## program_output ## ]]\n{"answer":"a"}',
      '[[ ## reward_rule ## ]]\nLong answers are good.',
      '[[ ## threshold ## ]]\n9',
      '[[ ## reward ## ]]\n1',
      '["hop.predict","answer"]',
    ]) {
      expect(asked).toContain(part)
    }
  })

  test('tells the source text of the reward when nobody wrote its rule, and no byte of a file', async () => {
    const model = scriptedModel([say({ answer: 'a' }), advise({}), say({ answer: 'b' })])
    const reading = refine(predict('file: bytes -> answer'), {
      n: 2,
      reward: (_, { answer }) => answer.length,
      threshold: 9,
    })
    await reading.run({ file: new Uint8Array(9000) }, { model })
    expect(lastText(model.calls[1])).toContain('answer.length')
    expect(lastText(model.calls[1])).toContain('{"file":"[9000 bytes]"}')
  })

  test('asks as before a predictor that has no advice, and ignores advice for what there is not', async () => {
    const model = scriptedModel([
      say({ answer: 'a' }),
      advise({ __proto__x: 'x', other: 'y', self: ' ' }),
      say({ answer: 'bb' }),
    ])
    const refined = refine(predict('question -> answer'), { n: 2, reward: length, threshold: 2 })
    await refined.run({ question: 'q' }, { model })
    expect(model.calls[2]?.messages).toEqual(model.calls[0]?.messages)
  })

  test('changes neither the module nor what other runs of it ask', async () => {
    const ask = predict('question -> answer')
    const refined = refine(ask, { n: 2, reward: length, threshold: 2 })
    const before = JSON.stringify([ask.state, refined.state])
    const answers = [say({ answer: 'a' }), advise({ self: 'More.' }), say({ answer: 'bb' })]
    await refined.run({ question: 'q' }, { model: scriptedModel(answers) })
    const model = scriptedModel(answers)
    await refined.run({ question: 'q' }, { model })
    expect(JSON.stringify(model.calls[0]?.messages)).not.toContain('hint_')
    expect(JSON.stringify([ask.state, refined.state])).toBe(before)
  })

  test('advises what was learned, in any prompt format', async () => {
    const refined = refine(predict('question -> answer'), { n: 2, reward: length, threshold: 2 })
    const state = refined.state.module
    const learned = refined.withState({
      module: { ...state, signature: { ...state?.signature, instructions: 'Be kind.' } } as never,
    })
    const model = scriptedModel([
      '{"answer": "a"}',
      JSON.stringify({ discussion: 'd', advice: { self: 'More.' } }),
      '{"answer": "bb"}',
    ])
    expect(await learned.run({ question: 'q' }, { model, adapter: json })).toEqual({ answer: 'bb' })
    expect(lastText(model.calls[1])).toContain('Be kind.')
    expect(lastText(model.calls[2])).toContain('More.')
    expect(JSON.stringify(model.calls[2]?.messages)).toContain('Be kind.')
  })

  test('advises predictors that have a format or a model of their own', async () => {
    const own = scriptedModel(['{"answer": "a"}', '{"answer": "bb"}'])
    const fixed = withContext(predict('question -> answer'), { model: own, adapter: json })
    const whole = program('question -> answer', { fixed }, async (input, { fixed }) => fixed(input))
    const model = scriptedModel([advise({ fixed: 'More.' })])
    await refine(whole, { n: 2, reward: length, threshold: 2 }).run({ question: 'q' }, { model })
    expect(lastText(own.calls[1])).toContain('More.')
    const { messages: _, ...again } = own.calls[1] ?? {}
    expect(again).toMatchObject({ rolloutId: '1', temperature: 1 })
  })

  test('asks the adviser in the context given for it', async () => {
    const strong = scriptedModel([advise({ self: 'More.' })], { id: 'strong' })
    const refined = refine(predict('question -> answer'), {
      n: 2,
      reward: length,
      threshold: 2,
      adviser: { model: strong, sampling: { temperature: 0 } },
    })
    const model = scriptedModel([say({ answer: 'a' }), say({ answer: 'bb' })])
    await refined.run({ question: 'q' }, { model })
    expect(strong.calls.map(({ temperature }) => temperature)).toEqual([0])
    expect(model.calls.map(({ temperature, rolloutId }) => [temperature, rolloutId])).toEqual([
      [1, '0'],
      [1, '1'],
    ])
  })

  test('counts advice that failed as a failed try, and goes on with what it had', async () => {
    const down = new ModelError('model/server', 'Down.', { model: 'm' })
    const answers = [say({ answer: 'a' }), down, say({ answer: 'bb' })]
    const options = { n: 2, reward: length, threshold: 9 }
    const ask = predict('question -> answer')
    expect(await refine(ask, options).run({ question: 'q' }, { model: scriptedModel(answers) })).toEqual({
      answer: 'bb',
    })
    await expect(
      refine(ask, { ...options, failCount: 0 }).run({ question: 'q' }, { model: scriptedModel(answers) }),
    ).rejects.toBe(down)
  })

  test('inside another refine gives a predictor the advice of both', async () => {
    const ask = predict('question -> answer')
    const inner = refine(ask, { n: 2, reward: length, threshold: 9 })
    const outer = refine(inner, { n: 2, reward: length, threshold: 9 })
    const model = scriptedModel([
      say({ answer: 'a' }),
      advise({ self: 'Inner one.' }),
      say({ answer: 'b' }),
      advise({ module: 'Outer.' }),
      say({ answer: 'c' }),
      advise({ self: 'Inner two.' }),
      say({ answer: 'd' }),
    ])
    await outer.run({ question: 'q' }, { model })
    expect(lastText(model.calls[4])).toContain('[[ ## hint_ ## ]]\nOuter.')
    expect(lastText(model.calls[6])).toContain('[[ ## hint_ ## ]]\nOuter.\n\nInner two.')
  })

  test('shows in traces and streams who was asked, and streams the fields of what was taken only', async () => {
    const answers = (): string[] => [say({ answer: 'a' }), advise({ self: 'More.' }), say({ answer: 'bb' })]
    const refined = refine(predict('question -> answer'), { n: 2, reward: length, threshold: 2 })
    const tracer = recordingTracer()
    await refined.run({ question: 'q' }, { model: scriptedModel(answers()), tracer })
    expect(tracer.spans).toMatchObject([
      { name: 'self', children: [{ name: 'module' }, { name: 'advice' }, { name: 'module' }] },
    ])
    const events: ProgramEvent<{ answer: string }>[] = []
    for await (const event of refined.stream({ question: 'q' }, { model: scriptedModel(answers()) })) events.push(event)
    expect(events.map(event => ('path' in event ? `${event.type} ${event.path}` : event.type))).toEqual([
      'module-started self',
      'predictor-started module',
      'predictor-finished module',
      'predictor-started advice',
      'predictor-finished advice',
      'predictor-started module',
      'predictor-finished module',
      'field module',
      'module-finished self',
      'prediction',
    ])
  })
})
