import { describe, expect, test } from 'vitest'
import { noUsage } from '../../src/data/usage.ts'
import { ModelError } from '../../src/errors/model-error.ts'
import { costOf } from '../../src/models/cost-of.ts'
import { testClock } from '../../src/testing/test-clock.ts'
import { formatTrace } from '../../src/tracing/format-trace.ts'
import type { TraceSpan } from '../../src/tracing/trace.ts'
import { type TraceTree, type TraceTreeOptions, traceTree } from '../../src/tracing/trace-tree.ts'
import { runTraced } from './traced-program.ts'

const recorded = async (options: TraceTreeOptions = {}): Promise<TraceTree> => {
  const made: TraceTree[] = []
  await runTraced(clock => {
    const tree = traceTree({ clock, cost: costOf, ...options })
    made.push(tree)
    return tree
  })
  return made[0] as TraceTree
}

const outline = (spans: readonly TraceSpan[], depth = 0): readonly string[] =>
  spans.flatMap(({ kind, name, startMs, ms, children }) => [
    `${'  '.repeat(depth)}${kind} ${name} ${startMs}+${ms}`,
    ...outline(children, depth + 1),
  ])

describe('a trace tree', () => {
  test('is what ran: program, predictors, adapters, models, attempts, tools, with their times', async () => {
    const { trace } = await recorded()
    expect(trace.startedAt).toBe(Date.UTC(2026, 0, 2))
    expect(outline(trace.spans)).toEqual([
      'program self 0+300',
      '  predictor first 0+100',
      '    adapter chat format 0+0',
      '    model retried(openai/gpt-4o-mini) 0+100',
      '      attempt try 1 0+100',
      '        attempt openai/gpt-4o-mini 0+100',
      '    adapter chat parse 100+0',
      '  tool search 100+0',
      '  predictor second 100+200',
      '    adapter chat format 100+0',
      '    model retried(openai/gpt-4o-mini) 100+200',
      '      attempt try 1 100+100',
      '        attempt openai/gpt-4o-mini 100+100',
      '      attempt try 2 200+100',
      '        attempt openai/gpt-4o-mini 200+100',
      '    adapter chat parse 300+0',
    ])
  })

  test('knows values, usage, money once, and errors', async () => {
    const [program] = (await recorded()).trace.spans
    const [first, , second] = program?.children ?? []
    expect(program).toMatchObject({ input: { question: 'why?' }, output: { answer: 'answer 3' } })
    expect(first).toMatchObject({ usage: { inputTokens: 1000, attempts: 1 }, usd: 0.000156 })
    expect(program?.usd).toBeCloseTo(2 * 0.000156, 9)
    expect(second?.children[1]).toMatchObject({ usage: { attempts: 2 } })
    expect(second?.children[1]?.children[0]).toMatchObject({
      error: { name: 'ModelError', code: 'model/rate-limit', message: expect.stringContaining('slow down') },
    })
  })

  test('is plain data, and a copy: what happens to the live values changes nothing', () => {
    const tree = traceTree({ clock: testClock() })
    const input = { list: [1] }
    const span = tree.start({ kind: 'tool', name: 't', input })
    const before = tree.trace
    input.list.push(2)
    span.end({ output: 'done' })
    expect(before.spans).toEqual([
      { kind: 'tool', name: 't', startMs: 0, input: { list: [1] }, children: [], omitted: 0 },
    ])
    expect(JSON.parse(JSON.stringify(tree.trace))).toEqual(tree.trace)
    expect(tree.trace.spans[0]).toMatchObject({ input: { list: [1] }, output: 'done', ms: 0 })
  })

  test('without content has names, times, codes and usage alone', async () => {
    const text = JSON.stringify((await recorded({ content: false })).trace)
    for (const word of ['why?', 'answer 1', 'a passage']) expect(text).not.toContain(word)
    const tree = traceTree({ content: false })
    tree.start({ kind: 'tool', name: 't' }).end({ error: new TypeError('the words of others') })
    const ours = new ModelError('model/server', 'Down.', { model: 'm' })
    tree.start({ kind: 'model', name: 'm' }).end({ error: ours })
    expect(tree.trace.spans.map(({ error }) => error)).toEqual([
      { name: 'TypeError', message: '' },
      { name: 'ModelError', code: 'model/server', message: 'Down.' },
    ])
  })

  test('stays within its bounds, and counts what it leaves out', () => {
    const tree = traceTree({ maxSpans: 3, maxTextLength: 10, maxValues: 50 })
    const outer = tree.start({ kind: 'program', name: 'p'.repeat(100), input: 'x'.repeat(1000) })
    for (let call = 0; call < 5; call += 1) {
      const inner = outer.tracer.start({ kind: 'tool', name: 't' })
      inner.tracer.start({ kind: 'tool', name: 'inside' }).end({})
      inner.end({ output: Array.from({ length: 1000 }, () => ({ deep: [1, 2, 3] })) })
    }
    outer.end({})
    tree.start({ kind: 'tool', name: 'late' }).end({})
    const { spans, omitted } = tree.trace
    expect(omitted).toBe(1)
    expect(spans).toMatchObject([{ name: `${'p'.repeat(10)}…`, input: `${'x'.repeat(10)}…`, omitted: 4 }])
    expect(spans[0]?.children.map(({ name, children }) => [name, children.length])).toEqual([['t', 1]])
    expect(JSON.stringify(spans[0]?.children[0]?.output).length).toBeLessThan(2000)
  })

  test('ends a span once, and throws for no value', () => {
    const clock = testClock()
    const tree = traceTree({ clock })
    const cycle: Record<string, unknown> = { big: 2n ** 70n, call: () => 1 }
    cycle.self = cycle
    const span = tree.start({ kind: 'tool', name: 't', input: cycle })
    span.end({ error: null })
    span.end({ output: 'again', usage: noUsage })
    expect(tree.trace.spans[0]).toMatchObject({
      error: { name: 'object', message: 'null' },
      input: { call: '[function]' },
    })
    expect(tree.trace.spans[0]).not.toHaveProperty('output')
  })

  test.each([{ maxSpans: 0 }, { maxTextLength: Number.NaN }, { maxValues: -1 }])('refuses %j', options => {
    expect(() => traceTree(options)).toThrow(expect.objectContaining({ code: 'configuration/invalid' }))
  })
})

describe('formatTrace', () => {
  test('prints the tree with time, tokens and money at the right, and what failed', async () => {
    expect(`\n${formatTrace((await recorded()).trace, { width: 92 })}`).toBe(`
program self                                               300 ms      2,000 → 20   $0.00031
│  in  question: why?
│  out answer: answer 3
├─ predictor first                                         100 ms      1,000 → 10   $0.00016
│  │  in  question: why?
│  │  out answer: answer 1
│  ├─ adapter chat format                                  0.0 ms
│  ├─ model retried(openai/gpt-4o-mini)                    100 ms      1,000 → 10   $0.00016
│  │  └─ attempt try 1 → openai/gpt-4o-mini                100 ms      1,000 → 10
│  └─ adapter chat parse                                   0.0 ms
├─ tool search                                             0.0 ms
│     in  query: answer 1
│     out ["a passage"]
└─ predictor second                                        200 ms      1,000 → 10   $0.00016
   │  in  question: answer 1
   │  out answer: answer 3
   ├─ adapter chat format                                  0.0 ms
   ├─ model retried(openai/gpt-4o-mini)                    200 ms      1,000 → 10   $0.00016
   │  ├─ ✗ attempt try 1 → openai/gpt-4o-mini              100 ms
   │  │     model/rate-limit: openai/gpt-4o-mini refused because of its rate limit (status …
   │  └─ attempt try 2 → openai/gpt-4o-mini                100 ms      1,000 → 10
   └─ adapter chat parse                                   0.0 ms
`)
  })

  test('colors where asked, says the same without, and nothing of nothing', async () => {
    const { trace } = await recorded()
    const colored = formatTrace(trace, { color: true, width: 80 })
    expect(colored).toContain('\u001b[31m')
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the codes of colors are what is taken out
    expect(colored.replaceAll(/\u001b\[\d+m/g, '').replaceAll(/ +$/gm, '')).toBe(formatTrace(trace, { width: 80 }))
    expect(formatTrace({ spans: [], omitted: 0 })).toBe('Nothing ran.\n')
  })

  test('keeps to its width, with wide letters too, and lets no text reach the terminal', () => {
    const tree = traceTree({ clock: testClock() })
    const hostile = `\u001b[2J\u009b31m\u202eevil\r\n\u0007${'한국어 🗼 '.repeat(40)}`
    const outer = tree.start({ kind: 'program', name: hostile, input: { [hostile]: hostile } })
    outer.tracer.start({ kind: 'tool', name: hostile }).end({ error: new Error(hostile) })
    const text = formatTrace(tree.trace, { width: 60 })
    expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u)
    for (const line of text.trimEnd().split('\n')) {
      const wide = [...line].filter(letter => /[\p{Script=Hangul}🗼]/u.test(letter)).length
      expect([...line].length + wide).toBeLessThanOrEqual(60)
    }
    expect(text).toContain('running')
  })
})
