import { describe, expect, expectTypeOf, test } from 'vitest'
import { z } from 'zod'
import { ModelError } from '../../src/errors/model-error.ts'
import { budgeted } from '../../src/models/budgeted.ts'
import { usageOf } from '../../src/modules/prediction-details.ts'
import { reAct } from '../../src/modules/re-act.ts'
import type { ReActTurn } from '../../src/modules/re-act-loop.ts'
import type { ModelRequest } from '../../src/ports/language-model.ts'
import { textOf } from '../../src/ports/message.ts'
import { signature } from '../../src/signature/create.ts'
import { recordingTracer } from '../../src/testing/recording-tracer.ts'
import { type Script, type ScriptedAnswer, scriptedModel } from '../../src/testing/scripted-model.ts'
import { tool } from '../../src/tools/tool.ts'

const search = tool({
  name: 'search',
  description: 'Searches the manual.',
  schema: z.object({ query: z.string(), k: z.int().default(3) }),
  run: ({ query, k }) => [`${k} pages about ${query}`],
})
const add = tool({
  name: 'add',
  description: 'Adds.',
  parameters: { type: 'object', properties: { a: { type: 'number' }, b: { type: 'number' } }, required: ['a', 'b'] },
  run: ({ a, b }) => Number(a) + Number(b),
})

const agent = reAct('question -> answer: int', { tools: [search, add] })

type Asked = readonly [name: string, args: unknown]

/** A turn as a model with tool calls of its own gives it. */
const native = (thought: string, ...calls: readonly Asked[]): ScriptedAnswer => ({
  text: thought,
  toolCalls: calls.map(([name, args], index) => ({
    id: `id-${thought}-${index}`,
    name,
    arguments: JSON.stringify(args),
  })),
  finishReason: calls.length === 0 ? 'stop' : 'tool-calls',
})

/** The same turn as text. */
const text = (thought: string, ...calls: readonly Asked[]): ScriptedAnswer =>
  `[[ ## next_thought ## ]]\n${thought}\n\n[[ ## tool_calls ## ]]\n${JSON.stringify({
    tool_calls: calls.map(([name, args]) => ({ name, args })),
  })}\n\n[[ ## completed ## ]]`

const tooLong = new ModelError('model/context-window', 'Too long.', { model: 'scripted' })

const ways = [
  ['native', native, (script: Script) => scriptedModel(script, { capabilities: { tools: true } })],
  ['text', text, (script: Script) => scriptedModel(script)],
] as const

const said = (request: ModelRequest | undefined): string =>
  (request?.messages ?? []).map(message => JSON.stringify([message.role, textOf(message)])).join('\n')

describe.each(ways)('reAct with %s calls', (way, turn, modelOf) => {
  const done = turn('enough', ['submit', { answer: 42 }])

  test('calls tools until it submits, and reads the outputs by their types', async () => {
    const model = modelOf([turn('look', ['search', { query: 'tea' }]), done])
    const prediction = await agent.run({ question: 'How hot?' }, { model })
    expectTypeOf(prediction.answer).toEqualTypeOf<number>()
    expectTypeOf(prediction.trajectory).toEqualTypeOf<readonly ReActTurn[]>()
    expect(prediction).toMatchObject({
      answer: 42,
      terminationReason: 'submit',
      trajectory: [
        {
          thought: 'look',
          calls: [{ tool: 'search', arguments: { query: 'tea' }, observation: ['3 pages about tea'], failed: false }],
        },
        { thought: 'enough', calls: [{ tool: 'submit', observation: { answer: 42 }, failed: false }] },
      ],
    })
    expect(usageOf(prediction).calls).toBe(2)
    expect(said(model.calls[1])).toContain('3 pages about tea')
    expect(said(model.calls[1])).toContain('How hot?')
  })

  test('makes the calls of one turn at the same time, and keeps their order', async () => {
    const order: string[] = []
    let release = (): void => {}
    const released = new Promise<void>(resolve => {
      release = resolve
    })
    const slow = tool({
      name: 'slow',
      description: 'Waits for the quick one.',
      parameters: { type: 'object' },
      run: async () => {
        await released
        order.push('slow')
        return 'slow'
      },
    })
    const quick = tool({
      ...slow,
      name: 'quick',
      run: () => {
        order.push('quick')
        release()
        return 'quick'
      },
    })
    const model = modelOf([turn('both', ['slow', {}], ['quick', {}]), done])
    const { trajectory } = await reAct('question -> answer: int', { tools: [slow, quick] }).run(
      { question: 'q' },
      { model },
    )
    expect(order).toEqual(['quick', 'slow'])
    expect(trajectory[0]?.calls.map(({ observation }) => observation)).toEqual(['slow', 'quick'])
  })

  test('security 32: lets the model observe an unknown tool, wrong arguments, a refusal, an error and a wrong submit', async () => {
    const broken = tool({
      name: 'broken',
      description: 'Breaks.',
      parameters: { type: 'object' },
      run: () => Promise.reject(new Error('the disk is full, key sk-abcdefgh12345678')),
    })
    const pay = tool({ ...broken, name: 'pay', description: 'Pays.', needsApproval: true, run: () => 'paid' })
    const model = modelOf([
      turn('a', ['teleport', {}], ['search', { q: 'tea' }], ['broken', {}], ['pay', {}]),
      turn('b', ['submit', { answer: 'many' }], ['submit', { answer: 1, more: 2 }], ['submit', {}]),
      done,
    ])
    const careful = reAct('question -> answer: int', { tools: [search, broken, pay] })
    const { trajectory, answer } = await careful.run({ question: 'q' }, { model })
    expect(answer).toBe(42)
    const told = trajectory.flatMap(({ calls }) => calls.map(({ observation, failed }) => [failed, observation]))
    expect(told.slice(0, 7)).toEqual([
      [true, 'There is no tool of that name. The tools are: search, broken, pay, submit. Call one of these.'],
      [true, expect.stringContaining("'query': is missing")],
      [true, expect.stringMatching(/broke off.*\nthe disk is full, key \[redacted\]$/s)],
      [true, expect.stringContaining('was not approved')],
      [true, expect.stringContaining("'answer': expected int")],
      [true, expect.stringContaining('answer and nothing else')],
      [true, expect.stringContaining("'answer': is missing")],
    ])
    expect(said(model.calls[1])).toContain('There is no tool of that name')
  })

  test('is told once to submit when its turns are used up', async () => {
    const looking = turn('more', ['search', { query: 'x' }])
    const model = modelOf([looking, looking, done])
    const short = reAct('question -> answer: int', { tools: [search], maxIterations: 2 })
    const { terminationReason, trajectory } = await short.run({ question: 'q' }, { model })
    expect(terminationReason).toBe('forced-submit')
    expect(trajectory).toHaveLength(3)
    if (way === 'native') {
      expect(model.calls[2]?.toolChoice).toEqual({ name: 'submit' })
      expect(model.calls[2]?.tools?.map(({ name }) => name)).toEqual(['submit'])
    }
  })

  test('security 35: ends as tool/loop, with what was done, when it does not submit even then', async () => {
    let searched = 0
    const counting = tool({ ...search, parameters: search.parameters, run: () => ++searched })
    const model = modelOf(() => turn('more', ['search', { query: 'x' }]))
    const endless = reAct('question -> answer: int', { tools: [counting], maxIterations: 3 })
    const error = await endless.run({ question: 'q' }, { model }).catch(thrown => thrown)
    expect(error).toMatchObject({ code: 'tool/loop', message: expect.stringContaining('3 turns were taken') })
    expect(error.trajectory).toHaveLength(3)
    expect(error.trajectory[0]).toMatchObject({ thought: 'more', calls: [{ tool: 'search', observation: 1 }] })
    expect(JSON.stringify(error)).not.toContain('search')
    expect(searched).toBe(3)
    expect(model.calls).toHaveLength(4)
  })

  test.each([
    ['calls', { calls: 4 }, 'budget/calls'],
    ['tokens', { tokens: 12_000, answerTokens: 200 }, 'budget/tokens'],
  ] as const)(
    'security 35: a budget of %s ends a loop that never finishes, with what was done',
    async (_, budget, code) => {
      const model = budgeted(
        modelOf(() => turn('more', ['search', { query: 'x' }])),
        budget,
      )
      const endless = reAct('question -> answer', { tools: [search], maxIterations: 1_000 })
      const error = await endless.run({ question: 'q' }, { model }).catch(thrown => thrown)
      expect(error).toMatchObject({ code, trajectory: expect.any(Array) })
      expect(error.trajectory.length).toBeGreaterThan(0)
      expect(error.trajectory[0]).toMatchObject({ calls: [{ tool: 'search', observation: ['3 pages about x'] }] })
    },
  )

  test('leaves out the oldest turn when they do not fit, and keeps it in the prediction', async () => {
    const model = modelOf([
      turn('one', ['search', { query: 'a' }]),
      turn('two', ['search', { query: 'b' }]),
      turn('three', ['search', { query: 'c' }]),
      tooLong,
      tooLong,
      done,
    ])
    const { trajectory, history } = await agent.run({ question: 'the question' }, { model })
    expect(trajectory.map(({ thought }) => thought)).toEqual(['one', 'two', 'three', 'enough'])
    expect(history).toHaveLength(4)
    expect(history[0]).toMatchObject({ question: 'the question' })
    expect(said(model.calls[3])).toContain('pages about a')
    expect(said(model.calls[4])).not.toContain('pages about a')
    expect(said(model.calls[5])).not.toContain('pages about b')
    expect(said(model.calls[5])).toContain('pages about c')
    expect(said(model.calls[5])).toContain('the question')
  })

  test('is told to submit when three tries do not fit, and ends as tool/loop when that does not fit either', async () => {
    const turns = Array.from({ length: 6 }, (_, index) => turn(`${index}`, ['search', { query: 'x' }]))
    const fits = modelOf([...turns, tooLong, tooLong, tooLong, done])
    expect(await agent.run({ question: 'q' }, { model: fits })).toMatchObject({ terminationReason: 'forced-submit' })
    const never = modelOf([tooLong, tooLong])
    await expect(agent.run({ question: 'q' }, { model: never })).rejects.toMatchObject({
      code: 'tool/loop',
      cause: { code: 'model/context-window' },
    })
  })

  test('goes on with the conversation of an earlier run', async () => {
    const first = await agent.run(
      { question: 'How hot?' },
      { model: modelOf([turn('x', ['search', { query: 'tea' }]), done]) },
    )
    const model = modelOf([turn('enough', ['submit', { answer: 108 }])])
    const more = await agent.run({ question: 'In Fahrenheit?', history: first.history }, { model })
    expect(more.answer).toBe(108)
    expect(more.history).toHaveLength(3)
    expect(said(model.calls[0])).toContain('How hot?')
    expect(said(model.calls[0])).toContain('3 pages about tea')
    expect(JSON.parse(JSON.stringify(more.history))).toEqual(more.history)
  })

  test('tells its turns and tools while it is streamed, and in spans', async () => {
    const tracer = recordingTracer()
    const model = modelOf([turn('look', ['search', { query: 'tea' }]), done])
    const events: string[] = []
    for await (const event of agent.stream({ question: 'q' }, { model, tracer })) {
      if (event.type === 'tool-started') events.push(`${event.type} ${event.path} ${event.tool}`)
      else if (event.type === 'tool-finished') events.push(`${event.type} ${event.tool} ${event.failed}`)
      else if (event.type !== 'field' && event.type !== 'reasoning')
        events.push('path' in event ? `${event.type} ${event.path}` : event.type)
    }
    expect(events).toEqual([
      'module-started self',
      'predictor-started react',
      'predictor-finished react',
      'tool-started self search',
      'tool-finished search false',
      'predictor-started react',
      'predictor-finished react',
      'tool-started self submit',
      'tool-finished submit false',
      'module-finished self',
      'prediction',
    ])
    expect(tracer.spans[0]?.children.map(({ kind, name }) => `${kind} ${name}`)).toEqual([
      'predictor react',
      'tool search',
      'predictor react',
      'tool submit',
    ])
  })

  test('reads outputs of every type, and checks what a schema says about them', async () => {
    const typed = reAct(
      signature({
        inputs: { question: 'string' },
        outputs: {
          tags: 'set[str]',
          person: z.object({ age: z.int().positive() }),
          kind: "'a' | 'b'",
          note: 'str | null',
        },
      }),
      { tools: [] },
    )
    const outputs = { tags: ['x', 'x'], person: { age: 3 }, kind: 'a', note: null }
    const model = modelOf([
      turn('wrong', ['submit', { ...outputs, person: { age: -3 } }]),
      turn('right', ['submit', outputs]),
    ])
    const prediction = await typed.run({ question: 'q' }, { model })
    expectTypeOf(prediction.person).toEqualTypeOf<{ age: number }>()
    expect(prediction).toMatchObject({ tags: ['x'], person: { age: 3 }, kind: 'a', note: null })
    expect(prediction.trajectory[0]?.calls[0]).toMatchObject({ failed: true })
  })
})

describe('reAct', () => {
  test('has the predictor of DSPy, fields in its order', () => {
    expect(agent.kind).toBe('re-act-v2')
    expect(agent.predictors.map(({ path, state }) => [path, ...state.signature.fields.map(f => f.prefix)])).toEqual([
      ['react', 'Question:', 'History:', 'Tools:', 'Next Thought:', 'Tool Calls:'],
    ])
  })

  test('asks for calls in the way it was told to, whatever the model says it can', async () => {
    const can = scriptedModel([native('x', ['submit', { answer: 1 }])])
    await reAct('question -> answer: int', { tools: [search], calls: 'native' }).run({ question: 'q' }, { model: can })
    expect(can.calls[0]?.tools?.map(({ name }) => name)).toEqual(['search', 'submit'])
    const asText = scriptedModel([text('x', ['submit', { answer: 1 }])], { capabilities: { tools: true } })
    await reAct('question -> answer: int', { tools: [search], calls: 'text' }).run({ question: 'q' }, { model: asText })
    expect(asText.calls[0]?.tools).toBeUndefined()
  })

  test('has to call a tool after an answer that called none, and is told to submit after two', async () => {
    const capabilities = { tools: true }
    const idle = native('Let me think.')
    const once = scriptedModel([idle, native('fine', ['submit', { answer: 1 }])], { capabilities })
    const prediction = await agent.run({ question: 'q' }, { model: once })
    expect(prediction).toMatchObject({ answer: 1, terminationReason: 'submit' })
    expect(prediction.trajectory[0]).toEqual({ thought: 'Let me think.', calls: [] })
    expect(once.calls.map(({ toolChoice }) => toolChoice)).toEqual([undefined, 'required'])
    expect(said(once.calls[1])).toContain('Let me think.')
    const twice = scriptedModel([idle, idle, native('fine', ['submit', { answer: 1 }])], { capabilities })
    expect(await agent.run({ question: 'q' }, { model: twice })).toMatchObject({ terminationReason: 'forced-submit' })
    expect(twice.calls[2]?.toolChoice).toEqual({ name: 'submit' })
  })

  test.each([
    ['two tools of one name', [search, search], 20, 'tool/definition'],
    ['a tool called submit', [tool({ ...add, name: 'submit', run: () => 1 })], 20, 'tool/definition'],
    ['no iterations', [search], 0.5, 'configuration/invalid'],
  ])('refuses %s', (_, tools, maxIterations, code) => {
    expect(() => reAct('question -> answer', { tools, maxIterations })).toThrow(expect.objectContaining({ code }))
  })

  test.each(['history -> answer', 'tools -> answer', 'question -> history', 'question -> trajectory'])(
    'refuses the fields of %s, which it uses itself',
    source => {
      expect(() => reAct(source, { tools: [] })).toThrow(expect.objectContaining({ code: 'configuration/invalid' }))
    },
  )

  test('is left by an abort in the middle of its tools', async () => {
    const controller = new AbortController()
    const endless = tool({
      ...add,
      name: 'endless',
      parameters: { type: 'object' },
      run: () => {
        controller.abort()
        return new Promise<never>(() => {})
      },
    })
    const model = scriptedModel([text('wait', ['endless', {}])])
    const run = reAct('question -> answer', { tools: [endless] }).run(
      { question: 'q' },
      { model, signal: controller.signal },
    )
    await expect(run).rejects.toMatchObject({ name: 'AbortError' })
  })

  test('learns like every module', async () => {
    const { react } = agent.state
    if (react === undefined) throw new Error('no predictor')
    const signature = { ...react.signature, instructions: 'Be quick.' }
    const model = scriptedModel([text('x', ['submit', { answer: 1 }])])
    await agent.withState({ react: { ...react, signature } }).run({ question: 'q' }, { model })
    expect(said(model.calls[0])).toContain('Be quick.')
  })
})
