import { expect, test } from 'vitest'
import { costOf } from '../../src/models/cost-of.ts'
import { traceHtml } from '../../src/tracing/trace-html.ts'
import { type TraceTree, traceTree } from '../../src/tracing/trace-tree.ts'
import { runTraced } from './traced-program.ts'

/** The tags of a page, attributes left out. */
const tagsIn = (page: string): ReadonlySet<string> =>
  new Set([...page.matchAll(/<\/?([a-z!][a-z0-9]*)/gi)].map(([, name = '']) => name.toLowerCase()))

const ours = [
  '!doctype',
  'html',
  'head',
  'meta',
  'title',
  'style',
  'body',
  'main',
  'h1',
  'p',
  'div',
  'details',
  'summary',
]
const all = new Set([...ours, 'span', 'b', 'i', 'pre'])

const page = async (question = 'why?'): Promise<string> => {
  const made: TraceTree[] = []
  await runTraced(clock => {
    const tree = traceTree({ clock, cost: costOf })
    made.push(tree)
    return tree
  }, question)
  return traceHtml((made[0] as TraceTree).trace)
}

test('is a page that needs nothing else and shows what ran', async () => {
  const html = await page()
  for (const word of [
    'Trace of program self',
    '300 ms',
    '2 calls',
    '$0.00031',
    'retried(openai/gpt-4o-mini)',
    'slow down',
  ]) {
    expect(html).toContain(word)
  }
  expect(html).not.toMatch(/<script|src=|href=|url\(|@import|https?:/i)
  expect(html).toContain("default-src 'none'")
  expect([...tagsIn(html)].filter(tag => !all.has(tag))).toEqual([])
})

test('escapes every text, wherever it comes from', () => {
  const hostile = `"><script>alert(1)</script><img src=x onerror=alert(1)>'&\u0000--></style><b onclick="x">`
  const tree = traceTree()
  const span = tree.start({
    kind: 'model',
    name: hostile,
    input: [{ role: hostile, content: hostile, [hostile]: hostile }],
  })
  span.tracer.start({ kind: 'tool', name: hostile, input: { [hostile]: hostile } }).end({ output: [hostile] })
  const error = Object.assign(new Error(hostile), { name: hostile })
  span.end({ output: [{ text: hostile, finishReason: hostile, toolCalls: [hostile] }], error })
  const html = traceHtml(tree.trace, { title: hostile, language: hostile })
  expect([...tagsIn(html)].filter(tag => !all.has(tag))).toEqual([])
  expect(html.replaceAll(/"[^"]*"/g, '""')).not.toMatch(/<[^>]*\son\w+=/i)
})

test('of nothing says so', () => {
  expect(traceHtml({ spans: [], omitted: 0 })).toContain('Nothing ran.')
})

test('a failure deep inside is open at first', () => {
  const tree = traceTree()
  let tracer = tree.start({ kind: 'program', name: 'p' }).tracer
  for (let depth = 0; depth < 6; depth += 1) tracer = tracer.start({ kind: 'tool', name: `at ${depth}` }).tracer
  tracer.start({ kind: 'tool', name: 'deepest' }).end({ error: new Error('here') })
  expect(traceHtml(tree.trace).match(/<details open>/g)).toHaveLength(7)
})
