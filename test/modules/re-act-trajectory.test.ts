import { describe, expect, expectTypeOf, test } from 'vitest'
import { z } from 'zod'
import { ModelError } from '../../src/errors/model-error.ts'
import { budgeted } from '../../src/models/budgeted.ts'
import { usageOf } from '../../src/modules/prediction-details.ts'
import { type ReActStep, reActTrajectory } from '../../src/modules/re-act-trajectory.ts'
import { textOf } from '../../src/ports/message.ts'
import { recordingTracer } from '../../src/testing/recording-tracer.ts'
import { scriptedModel } from '../../src/testing/scripted-model.ts'
import { tool } from '../../src/tools/tool.ts'

const search = tool({
  name: 'search',
  description: 'Searches the manual.',
  schema: z.object({ query: z.string(), k: z.int().default(3) }),
  run: ({ query, k }) => [`${k} pages about ${query}`],
})

const agent = reActTrajectory('question -> answer: int', { tools: [search] })

const step = (thought: string, name: string, given: object): string =>
  `[[ ## next_thought ## ]]\n${thought}\n\n[[ ## next_tool_name ## ]]\n${name}\n\n[[ ## next_tool_args ## ]]\n${JSON.stringify(given)}\n\n[[ ## completed ## ]]`
const done = step('enough', 'finish', {})
const answer = '[[ ## reasoning ## ]]\nbecause\n\n[[ ## answer ## ]]\n42\n\n[[ ## completed ## ]]'

const tooLong = new ModelError('model/context-window', 'Too long.', { model: 'scripted' })

const trajectoryIn = (request: { readonly messages: readonly Parameters<typeof textOf>[0][] } | undefined): string =>
  request === undefined ? '' : textOf(request.messages[request.messages.length - 1] ?? { role: 'user', content: '' })

describe('reActTrajectory', () => {
  test('calls tools step by step, finishes, and answers from the steps', async () => {
    const model = scriptedModel([step('look', 'search', { query: 'tea' }), done, answer])
    const prediction = await agent.run({ question: 'How hot?' }, { model })
    expectTypeOf(prediction.answer).toEqualTypeOf<number>()
    expectTypeOf(prediction.reasoning).toEqualTypeOf<string>()
    expectTypeOf(prediction.trajectory).toEqualTypeOf<readonly ReActStep[]>()
    expect(prediction).toEqual({
      reasoning: 'because',
      answer: 42,
      trajectory: [
        {
          thought: 'look',
          tool: 'search',
          arguments: { query: 'tea' },
          observation: ['3 pages about tea'],
          failed: false,
        },
        { thought: 'enough', tool: 'finish', arguments: {}, observation: 'The work is done.', failed: false },
      ],
      terminationReason: 'finish',
    })
    expect(usageOf(prediction).calls).toBe(3)
    expect(trajectoryIn(model.calls[1])).toContain('[[ ## observation_0 ## ]]\n["3 pages about tea"]')
    expect(trajectoryIn(model.calls[2])).toContain('[[ ## tool_name_1 ## ]]\nfinish')
  })

  test('has the predictors of DSPy, fields in its order, and tells the tools in the instructions', () => {
    expect(agent.kind).toBe('re-act')
    expect(agent.predictors.map(({ path, state }) => [path, ...state.signature.fields.map(f => f.prefix)])).toEqual([
      ['react', 'Question:', 'Trajectory:', 'Next Thought:', 'Next Tool Name:', 'Next Tool Args:'],
      ['extract.predict', 'Question:', 'Trajectory:', 'Reasoning:', 'Answer:'],
    ])
    const { instructions } = agent.predictors[0]?.signature ?? { instructions: '' }
    expect(instructions).toContain('1. `search`: Searches the manual. Its arguments: {"type":"object"')
    expect(instructions).toContain('2. `finish`: ')
  })

  test('lets the model observe wrong arguments, a refusal and an error, and goes on', async () => {
    const broken = tool({
      name: 'broken',
      description: 'Breaks.',
      parameters: { type: 'object' },
      run: () => Promise.reject(new Error('the disk is full, key sk-abcdefgh12345678')),
    })
    const pay = tool({ ...broken, name: 'pay', description: 'Pays.', needsApproval: true, run: () => 'paid' })
    const model = scriptedModel([
      step('a', 'search', { q: 'tea' }),
      step('b', 'broken', {}),
      step('c', 'pay', {}),
      done,
      answer,
    ])
    const { trajectory } = await reActTrajectory('question -> answer: int', { tools: [search, broken, pay] }).run(
      { question: 'q' },
      { model },
    )
    const told = trajectory.map(({ observation, failed }) => `${failed} ${observation}`)
    expect(told[0]).toMatch(/^true The arguments for the tool 'search' cannot be used: 'query': is missing/)
    expect(told[1]).toMatch(/^true The tool 'broken' broke off\.[^\n]*\nthe disk is full, key \[redacted\]$/)
    expect(told[2]).toMatch(/^true .*was not approved/)
    expect(trajectoryIn(model.calls[3])).toContain('not approved')
  })

  test('answers from what it has when maxIterations is reached', async () => {
    const model = scriptedModel([...Array(3).fill(step('more', 'search', { query: 'x' })), answer])
    const short = reActTrajectory('question -> answer: int', { tools: [search], maxIterations: 3 })
    const { trajectory, terminationReason } = await short.run({ question: 'q' }, { model })
    expect(trajectory).toHaveLength(3)
    expect(terminationReason).toBe('iterations')
  })

  test('answers from what it has when the model cannot choose a tool, even told which there are', async () => {
    const model = scriptedModel([step('?', 'teleport', {}), step('?', 'teleport', {}), answer])
    const { trajectory, terminationReason } = await agent.run({ question: 'q' }, { model })
    expect(trajectory).toEqual([])
    expect(terminationReason).toBe('unreadable')
    expect(trajectoryIn(model.calls[1])).toContain("expected 'search' | 'finish'")
  })

  test('leaves out the oldest steps when they do not fit, and keeps them in the prediction', async () => {
    const model = scriptedModel([
      step('one', 'search', { query: 'a' }),
      step('two', 'search', { query: 'b' }),
      step('three', 'search', { query: 'c' }),
      tooLong,
      tooLong,
      done,
      answer,
    ])
    const { trajectory, terminationReason } = await agent.run({ question: 'q' }, { model })
    expect(terminationReason).toBe('finish')
    expect(trajectory.map(({ thought }) => thought)).toEqual(['one', 'two', 'three', 'enough'])
    expect(trajectoryIn(model.calls[3])).toContain('thought_0')
    expect(trajectoryIn(model.calls[4])).not.toContain('thought_0')
    expect(trajectoryIn(model.calls[5])).not.toContain('thought_1')
    expect(trajectoryIn(model.calls[6])).toContain('[[ ## thought_2 ## ]]\nthree')
  })

  test('ends the steps after three tries that do not fit, and answers; an answer that does not fit is an error', async () => {
    const steps = Array.from({ length: 5 }, (_, index) => step(`${index}`, 'search', { query: 'x' }))
    const model = scriptedModel([...steps, tooLong, tooLong, tooLong, answer])
    expect(await agent.run({ question: 'q' }, { model })).toMatchObject({ terminationReason: 'context-window' })
    const never = scriptedModel([tooLong, tooLong])
    await expect(agent.run({ question: 'q' }, { model: never })).rejects.toMatchObject({ code: 'model/context-window' })
  })

  test('tells its steps and tools while it is streamed, and in spans', async () => {
    const tracer = recordingTracer()
    const model = scriptedModel([step('look', 'search', { query: 'tea' }), done, answer])
    const events: string[] = []
    for await (const event of agent.stream({ question: 'q' }, { model, tracer })) {
      if (event.type === 'tool-started') events.push(`${event.type} ${event.path} ${event.tool}`)
      else if (event.type === 'tool-finished') events.push(`${event.type} ${event.tool} ${event.failed}`)
      else if (event.type !== 'field') events.push('path' in event ? `${event.type} ${event.path}` : event.type)
    }
    expect(events).toEqual([
      'module-started self',
      'predictor-started react',
      'predictor-finished react',
      'tool-started self search',
      'tool-finished search false',
      'predictor-started react',
      'predictor-finished react',
      'tool-started self finish',
      'tool-finished finish false',
      'predictor-started extract.predict',
      'predictor-finished extract.predict',
      'module-finished self',
      'prediction',
    ])
    expect(tracer.spans[0]?.children.map(({ kind, name }) => `${kind} ${name}`)).toEqual([
      'predictor react',
      'tool search',
      'predictor react',
      'tool finish',
      'predictor extract.predict',
    ])
  })

  test('is left by an abort in the middle of a tool', async () => {
    const controller = new AbortController()
    const endless = tool({
      ...search,
      parameters: { type: 'object' },
      run: () => {
        controller.abort()
        return new Promise<never>(() => {})
      },
    })
    const model = scriptedModel([step('wait', 'search', {})])
    const run = reActTrajectory('question -> answer', { tools: [endless] }).run(
      { question: 'q' },
      { model, signal: controller.signal },
    )
    await expect(run).rejects.toMatchObject({ name: 'AbortError' })
  })

  test.each([
    ['two tools of one name', [search, search], 20, 'tool/definition'],
    [
      'a tool called finish',
      [tool({ ...search, name: 'finish', parameters: {}, run: () => 1 })],
      20,
      'tool/definition',
    ],
    ['no iterations', [search], 0, 'configuration/invalid'],
  ])('refuses %s', (_, tools, maxIterations, code) => {
    expect(() => reActTrajectory('question -> answer', { tools, maxIterations })).toThrow(
      expect.objectContaining({ code }),
    )
  })

  test('refuses fields that it uses itself', () => {
    expect(() => reActTrajectory('trajectory -> answer', { tools: [] })).toThrow(
      expect.objectContaining({ code: 'configuration/invalid' }),
    )
  })

  test.each([
    ['calls', { calls: 4 }, 'budget/calls'],
    ['tokens', { tokens: 12_000, answerTokens: 200 }, 'budget/tokens'],
  ] as const)(
    'security 35: a budget of %s stops a loop that never finishes, and the error has the steps',
    async (_, budget, code) => {
      const endless = scriptedModel(() => step('again', 'search', { query: 'x' }))
      const model = budgeted(endless, budget)
      const error = await agent.run({ question: 'q' }, { model }).catch(thrown => thrown)
      expect(error).toMatchObject({ code, trajectory: expect.any(Array) })
      expect(error.trajectory.length).toBeGreaterThan(1)
      expect(error.trajectory[0]).toMatchObject({ tool: 'search', observation: ['3 pages about x'] })
      expect(JSON.stringify(error)).not.toContain('pages about')
    },
  )
})
