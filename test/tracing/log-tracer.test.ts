import { describe, expect, test } from 'vitest'
import { ModelError } from '../../src/errors/model-error.ts'
import { openaiCompatible } from '../../src/models/openai-compatible.ts'
import { retried } from '../../src/models/retried.ts'
import { predict } from '../../src/modules/predict.ts'
import { program } from '../../src/modules/program.ts'
import { scriptedModel } from '../../src/testing/scripted-model.ts'
import { testClock } from '../../src/testing/test-clock.ts'
import type { LogLevel } from '../../src/tracing/log-level.ts'
import { type LogTracerOptions, logTracer } from '../../src/tracing/log-tracer.ts'

const answer = (text: string) => `[[ ## answer ## ]]\n${text}\n\n[[ ## completed ## ]]`

/** A tracer and the lines it wrote. */
const logged = (options: Omit<LogTracerOptions, 'write'> = {}) => {
  const lines: string[] = []
  const tracer = logTracer({ clock: testClock(Date.UTC(2026, 0, 2)), ...options, write: line => lines.push(line) })
  return { tracer, text: () => lines.join(''), entries: () => lines.map(line => JSON.parse(line)) }
}

const twoSteps = program(
  'question -> answer',
  { first: predict('question -> answer'), second: predict('question -> answer') },
  async ({ question }, { first, second }) => second({ question: (await first({ question })).answer }),
)

describe('logTracer', () => {
  test('writes a line for each span that ends, with time, duration, usage and what it is inside of', async () => {
    const clock = testClock(Date.UTC(2026, 0, 2))
    const { tracer, entries } = logged({ clock })
    const model = scriptedModel(async () => {
      await clock.advance(12.5)
      return answer('yes')
    })
    await twoSteps.run({ question: 'secret?' }, { model, tracer })
    const usage = { calls: 1, cachedCalls: 0, attempts: 1, inputTokens: expect.any(Number), outputTokens: 12 }
    const line = { level: 'info', event: 'end' }
    expect(entries()).toMatchObject([
      { ...line, time: '2026-01-02T00:00:00.012Z', span: '4', parent: '2', kind: 'model', name: 'scripted', ms: 12.5 },
      { ...line, span: '2', parent: '1', kind: 'predictor', name: 'first', ms: 12.5, usage },
      { ...line, span: '8', parent: '6', kind: 'model', ms: 12.5, usage },
      { ...line, span: '6', parent: '1', kind: 'predictor', name: 'second' },
      { ...line, span: '1', kind: 'program', ms: 25 },
    ])
    expect(entries().at(-1)).not.toHaveProperty('parent')
  })

  test('keeps spans that run at once under their own parents', async () => {
    const { tracer, entries } = logged({ level: 'debug' })
    const model = scriptedModel(async () => answer('yes'))
    await Promise.all(['a', 'b', 'c', 'd'].map(question => twoSteps.run({ question }, { model, tracer })))
    const ends = entries().filter(({ event }) => event === 'end')
    const kindOf = new Map(ends.map(({ span, kind }) => [span, kind]))
    const parents = { program: undefined, predictor: 'program', model: 'predictor', adapter: 'predictor' } as Record<
      string,
      unknown
    >
    expect(ends).toHaveLength(36)
    for (const { kind, parent } of ends) expect(kindOf.get(parent)).toBe(parents[kind])
    expect(new Set(ends.map(({ span }) => span)).size).toBe(36)
  })

  test.each<[LogLevel, readonly string[]]>([
    ['error', ['error end program']],
    ['warn', ['warn end model', 'warn end predictor', 'error end program']],
    ['info', ['info end model', 'info end predictor', 'warn end model', 'warn end predictor', 'error end program']],
    [
      'debug',
      [
        ...['debug start program', 'debug start predictor', 'debug start adapter', 'debug end adapter'],
        ...['debug start model', 'info end model', 'debug start adapter', 'debug end adapter', 'info end predictor'],
        ...['debug start predictor', 'debug start adapter', 'debug end adapter', 'debug start model', 'warn end model'],
        ...['warn end predictor', 'error end program'],
      ],
    ],
  ])('at level %s tells what happened so', async (level, expected) => {
    const { tracer, entries } = logged({ level })
    const down = new ModelError('model/server', 'The provider is down.', { model: 'scripted' })
    const model = scriptedModel([answer('once'), down])
    await expect(twoSteps.run({ question: 'q' }, { model, tracer, maxAttempts: 1 })).rejects.toThrow()
    expect(entries().map(({ level, event, kind }) => `${level} ${event} ${kind}`)).toEqual(expected)
    expect(entries().at(-1).error).toEqual({ code: 'model/server', message: 'The provider is down.' })
  })

  test('tells each request that failed once at warn, though the call was saved', async () => {
    const { tracer, entries } = logged({ level: 'warn' })
    const statuses = [503, 429]
    const model = retried(
      openaiCompatible({
        model: 'm',
        fetch: async () => {
          const status = statuses.shift()
          const choices = [{ message: { content: answer('yes') }, finish_reason: 'stop' }]
          return status === undefined ? Response.json({ choices }) : new Response('{}', { status })
        },
      }),
      { baseDelayMs: 0 },
    )
    await twoSteps.run({ question: 'q' }, { model, tracer })
    expect(entries().map(({ kind, name, error }) => [kind, name, error.code])).toEqual([
      ['attempt', 'openai/m', 'model/server'],
      ['attempt', 'openai/m', 'model/rate-limit'],
    ])
  })

  test('tells an abort as nothing that failed', async () => {
    const { tracer, entries } = logged({ level: 'info' })
    const controller = new AbortController()
    const model = scriptedModel(async () => {
      controller.abort()
      throw controller.signal.reason
    })
    await expect(predict('question -> answer').run({ question: 'q' }, { model, tracer })).rejects.toThrow()
    expect(entries()).toMatchObject([
      { level: 'info', kind: 'model', error: { name: 'AbortError' } },
      { level: 'info', kind: 'predictor', error: { name: 'AbortError' } },
    ])
  })

  test('refuses a level that is none', () => {
    expect(() => logTracer({ level: 'loud' as never, write: () => {} })).toThrow(
      expect.objectContaining({ code: 'configuration/invalid', message: expect.stringContaining('error, warn, info') }),
    )
  })
})

describe('14. a log holds', () => {
  const question = 'Is Emil Nolde at home?'
  const secret = 'Zq7vR2x9KpW4mT8s'
  const leaks = [secret, secret.slice(0, 8), btoa(secret), btoa(secret).slice(0, 11), encodeURIComponent(secret)]

  test.each<LogLevel>(['error', 'warn', 'info', 'debug'])('no prompt, input or answer at level %s', async level => {
    const { tracer, text } = logged({ level })
    const model = scriptedModel([answer('Emil is out'), 'no answer of Emil at all', 'nor here, Emil'])
    const asked = predict('question -> answer: int')
    await predict('question -> answer').run({ question }, { model, tracer })
    await expect(asked.run({ question }, { model, tracer })).rejects.toThrow()
    const thrown = tracer.start({ kind: 'tool', name: 'door', input: { question } })
    thrown.end({ error: new SyntaxError(`Unexpected token in "${question}"`), output: question })
    expect(text()).not.toBe('')
    expect(text()).not.toContain('Emil')
  })

  test('them where they are asked for', async () => {
    const { tracer, entries } = logged({ content: true })
    const model = scriptedModel([answer('Emil is out')])
    await predict('question -> answer').run({ question }, { model, tracer })
    const [ofModel, ofPredictor] = entries()
    expect(ofPredictor).toMatchObject({ input: { question }, output: { answer: 'Emil is out' } })
    expect(JSON.stringify([ofModel.input, ofModel.output])).toMatch(/Emil Nolde[\s\S]*Emil is out/)
  })

  test('no secret in any of its forms, with content or without', async () => {
    const fetch = async () =>
      new Response(JSON.stringify({ error: { message: `No key ${leaks.join(' ')}` } }), { status: 401 })
    const model = openaiCompatible({
      model: 'm',
      baseUrl: 'http://h.example/v1',
      apiKey: secret,
      fetch: fetch as never,
    })
    for (const content of [false, true]) {
      const { tracer, text } = logged({ level: 'debug', content, secrets: [secret] })
      const input = { question: leaks.join(' '), [secret]: [{ deep: new Error(secret) }] }
      await expect(predict('question -> answer').run({ question: secret }, { model, tracer })).rejects.toThrow()
      tracer.start({ kind: 'tool', name: `call ${secret}`, input }).end({ output: input, error: new Error(secret) })
      for (const leak of leaks) expect(text()).not.toContain(leak)
      expect(text()).toContain('[redacted]')
    }
  })

  test('what looks like a key of a provider neither', () => {
    const { tracer, text } = logged()
    tracer.start({ kind: 'tool', name: 'with sk-proj-abcdefgh1234' }).end({})
    expect(text()).toContain('with [redacted]')
  })

  test('lines of JSON whatever is logged, and throws for nothing', () => {
    const { tracer, entries } = logged({ content: true })
    const cycle: Record<string, unknown> = { big: 2n ** 80n, none: undefined, call: () => 1, not: Number.NaN }
    cycle.self = cycle
    const hostile = {
      get trap(): never {
        throw new Error('no')
      },
    }
    for (const output of [cycle, hostile, new Uint8Array(3), new Map([[1, 2]]), 'two\nlines\u2028', [undefined]]) {
      tracer.start({ kind: 'tool', name: 'any' }).end({ output })
    }
    expect(entries().map(({ output }) => output)).toMatchObject([
      { big: String(2n ** 80n), call: '[function]', not: 'NaN' },
      '[unreadable]',
      '[3 bytes]',
      {},
      'two\nlines\u2028',
      [null],
    ])
    const broken = logTracer({
      write: () => {
        throw new Error('disk full')
      },
    })
    expect(() => broken.start({ kind: 'tool', name: 'any' }).end({})).not.toThrow()
  })
})
