import { describe, expect, test } from 'vitest'
import { chatAnswer } from '../../src/adapters/chat-format.ts'
import { json } from '../../src/adapters/json.ts'
import { twoStep } from '../../src/adapters/two-step.ts'
import { usageLedger } from '../../src/data/usage-ledger.ts'
import { predict } from '../../src/modules/predict.ts'
import { answersOf, completionsOf, messagesOf, usageOf } from '../../src/modules/prediction-details.ts'
import { textOf } from '../../src/ports/message.ts'
import type { ProgramEvent } from '../../src/ports/module.ts'
import { recordingTracer } from '../../src/testing/recording-tracer.ts'
import { scriptedModel } from '../../src/testing/scripted-model.ts'
import { describeAdapter } from '../contracts/adapter-contract.ts'

describeAdapter({ adapter: twoStep({ extractor: scriptedModel([]) }), answer: chatAnswer })

const judge = predict("mail -> why, label: 'spam' | 'ham'", { instructions: 'Judge the mail.' })
const free = 'It wins you money, so it is spam.'
const read = '[[ ## why ## ]]\nit wins you money\n\n[[ ## label ## ]]\nspam\n\n[[ ## completed ## ]]'
const spam = { why: 'it wins you money', label: 'spam' }

describe('twoStep', () => {
  test('asks without a format, and has the second model read the fields', async () => {
    const model = scriptedModel([free], { id: 'thinker' })
    const extractor = scriptedModel([read], { id: 'reader' })
    const usage = usageLedger()
    const tracer = recordingTracer()
    const context = { model, adapter: twoStep({ extractor }), usage, tracer, sampling: { temperature: 0.9 } }
    const prediction = await judge.run({ mail: 'win money' }, context)
    expect(prediction).toEqual(spam)
    const [asked] = model.calls
    expect(asked).toMatchObject({ temperature: 0.9 })
    expect(asked?.messages.map(message => textOf(message))).toEqual([
      [
        "Inputs:\n- mail (string)\nOutputs:\n- why (string)\n- label ('spam' | 'ham')",
        'Answer in your own words, in any form. Say what each of the outputs is.',
        'Task: Judge the mail.',
      ].join('\n\n'),
      'mail: win money',
    ])
    const [extracted] = extractor.calls
    expect(extracted?.temperature).toBeUndefined()
    expect(extracted?.messages.map(message => textOf(message))).toEqual([
      expect.stringContaining('The task was: Judge the mail.'),
      expect.stringContaining(`[[ ## text ## ]]\n${free}`),
    ])
    expect(usageOf(prediction)).toMatchObject({ calls: 2, attempts: 2 })
    expect(usage.total).toEqual(usageOf(prediction))
    expect(answersOf(prediction)[0]?.text).toBe(free)
    expect(messagesOf(prediction)).toBe(asked?.messages)
    expect(tracer.spans[0]?.children.map(({ name }) => name)).toEqual([
      ...['two-step format', 'thinker', 'chat format', 'reader', 'chat parse'],
    ])
  })

  test('shows demos to the first model only, without a format', async () => {
    const model = scriptedModel([free])
    const extractor = scriptedModel([read])
    const program = judge.withState({ self: { ...judge.state.self, demos: [{ mail: 'hi', ...spam }] } as never })
    await program.run({ mail: 'win' }, { model, adapter: twoStep({ extractor }) })
    expect(model.calls[0]?.messages.map(message => textOf(message))).toContain('why: it wins you money\nlabel: spam')
    expect(extractor.calls[0]?.messages).toHaveLength(2)
  })

  test('asks the second model once more, and not the first, when its answer cannot be read', async () => {
    const model = scriptedModel([free])
    const extractor = scriptedModel(['spam', read])
    const prediction = await judge.run({ mail: 'm' }, { model, adapter: twoStep({ extractor }) })
    expect(prediction).toEqual(spam)
    expect(usageOf(prediction)).toMatchObject({ calls: 3 })
    expect(extractor.calls[1]?.messages.at(-1)).toMatchObject({
      role: 'user',
      content: expect.stringContaining('- why'),
    })
  })

  test('counts both calls against one bound', async () => {
    const extractor = scriptedModel(['spam', read])
    const adapter = twoStep({ extractor })
    await expect(
      judge.run({ mail: 'm' }, { model: scriptedModel([free]), adapter, maxAttempts: 1 }),
    ).rejects.toMatchObject({ code: 'prediction/unparsable', text: free })
    expect(extractor.calls).toHaveLength(0)
    await expect(
      judge.run({ mail: 'm' }, { model: scriptedModel([free]), adapter, maxAttempts: 2 }),
    ).rejects.toMatchObject({ code: 'prediction/unparsable', text: 'spam' })
    expect(extractor.calls).toHaveLength(1)
  })

  test.each([
    ['length', 'model/truncated'],
    ['content-filter', 'model/filtered'],
  ] as const)('an answer that ended by %s is %s, and nobody reads it', async (finishReason, code) => {
    const extractor = scriptedModel([read])
    const model = scriptedModel([{ text: free, finishReason }])
    await expect(judge.run({ mail: 'm' }, { model, adapter: twoStep({ extractor }) })).rejects.toMatchObject({ code })
    expect(extractor.calls).toHaveLength(0)
  })

  test('streams the fields as the second model writes them', async () => {
    const model = scriptedModel([free])
    const extractor = scriptedModel([read])
    const events: ProgramEvent<unknown>[] = []
    for await (const event of judge.stream({ mail: 'm' }, { model, adapter: twoStep({ extractor }) }))
      events.push(event)
    const told = (name: string): string =>
      events.flatMap(event => (event.type === 'field' && event.field === name ? [event.delta] : [])).join('')
    expect({ why: told('why'), label: told('label') }).toEqual(spam)
    expect(events.at(-1)).toMatchObject({ type: 'prediction', prediction: spam })
  })

  test('reads each of several answers, and leaves out what was cut', async () => {
    const model = scriptedModel([free, { text: 'It is', finishReason: 'length' }, 'It is ham.'])
    const extractor = scriptedModel([read, read.replace('spam', 'ham')])
    const several = predict("mail -> why, label: 'spam' | 'ham'", { n: 3 })
    const prediction = await several.run({ mail: 'm' }, { model, adapter: twoStep({ extractor }) })
    expect(completionsOf(prediction).map(({ label }) => label)).toEqual(['spam', 'ham'])
    expect(answersOf(prediction)).toHaveLength(3)
  })

  test('an output called text keeps its name, and another adapter reads', async () => {
    const model = scriptedModel(['Hello.'])
    const extractor = scriptedModel(['{"text": "Hello."}'], { capabilities: { responseSchema: true } })
    const adapter = twoStep({ extractor, adapter: json })
    expect(await predict('name -> text').run({ name: 'n' }, { model, adapter })).toEqual({ text: 'Hello.' })
    expect(extractor.calls[0]).toMatchObject({ responseSchema: { name: 'answer' } })
    expect(textOf(extractor.calls[0]?.messages.at(-1) ?? { role: 'user', content: '' })).toContain('answer_text')
  })

  test('an abort between the calls is an abort', async () => {
    const controller = new AbortController()
    const model = scriptedModel([
      () => {
        controller.abort()
        return free
      },
    ])
    const extractor = scriptedModel([read])
    await expect(
      judge.run({ mail: 'm' }, { model, adapter: twoStep({ extractor }), signal: controller.signal }),
    ).rejects.toMatchObject({ name: 'AbortError' })
    expect(extractor.calls).toHaveLength(0)
  })

  test('takes calls and reasoning as they came, and does not have an answer of calls read again', async () => {
    const agent = predict('tools: dspy.Tool[], q -> thought: dspy.Reasoning, next: string, calls: dspy.ToolCalls')
    const capabilities = { tools: true, reasoning: true }
    const call = { id: 'a', name: 'add', arguments: '{"x": 1}' }
    const tools = [{ name: 'add', description: 'adds', parameters: { type: 'object' } }]
    const extractor = scriptedModel(['[[ ## next ## ]]\nstop'])
    const adapter = twoStep({ extractor })
    const model = scriptedModel(
      [
        { text: 'Let me add.', reasoning: 'hm', toolCalls: [call] },
        { text: 'I am done.', reasoning: 'so' },
      ],
      { capabilities },
    )
    expect(await agent.run({ tools, q: 'q' } as never, { model, adapter })).toEqual({
      thought: 'hm',
      next: 'Let me add.',
      calls: [{ id: 'a', name: 'add', args: { x: 1 } }],
    })
    expect(extractor.calls).toHaveLength(0)
    expect(model.calls[0]?.tools).toHaveLength(1)
    expect(await agent.run({ tools, q: 'q' } as never, { model, adapter })).toEqual({
      thought: 'so',
      next: 'stop',
      calls: [],
    })
    expect(textOf(extractor.calls[0]?.messages[0] ?? { role: 'user', content: '' })).not.toContain('- calls')
  })
})
