import { describe, expect, test } from 'vitest'
import { RuntimeError } from '../../../src/errors/runtime-error.ts'
import { callGrammar, type Refusal } from '../../../src/inference/chat/call-grammar.ts'
import { heldCalls } from '../../../src/inference/chat/held-calls.ts'
import type { Grammar, GrammarEngine, TokenConstraint } from '../../../src/inference/token-constraint.ts'
import type { ToolDefinition } from '../../../src/ports/message.ts'
import { letsThrough } from '../grammar/lets-through.ts'
import { nanoGrammars } from '../grammar/nano-grammars.ts'

const { tokenizer, engine } = await nanoGrammars()

const tool = (name: string, properties: ToolDefinition['parameters']): ToolDefinition => ({
  ...{ name, parameters: { type: 'object', properties, required: Object.keys(properties) } },
})
const weather = tool('weather', { city: { enum: ['Rome'] } })
/** A format that the engine does not know. */
const strange = tool('strange', { at: { type: 'string', format: 'stardate' } })

const counted = () => {
  const compiled: string[] = []
  const counting: GrammarEngine = {
    constraint(grammar: Grammar): TokenConstraint {
      compiled.push('text' in grammar ? grammar.text : '')
      return engine.constraint(grammar)
    },
    free() {},
  }
  const told: Refusal[] = []
  const grammarOf = (tools: readonly ToolDefinition[]) => callGrammar(counting, tools, refusal => told.push(refusal))
  return { compiled, told, grammarOf }
}

const call = (name: string, given: string): string => `\n{"name": "${name}", "arguments": ${given}}\n</tool_call>`

describe('tools whose schema the engine refuses', () => {
  test('are called with any arguments, the others by their schemas; it is told once', () => {
    const { told, grammarOf } = counted()
    const grammar = grammarOf([strange, weather])
    if (grammar === undefined) throw new Error('all are refused')
    const reads = (text: string): boolean => letsThrough(engine, tokenizer, grammar, text)
    expect(reads(call('strange', '{"at": 3, "b": [{}]}'))).toBe(true)
    expect(reads(call('weather', '{"city": "Rome"}'))).toBe(true)
    expect(reads(call('weather', '{"city": "Oslo"}'))).toBe(false)
    expect(reads(call('stranger', '{}'))).toBe(false)
    expect(grammarOf([strange, weather])).toEqual(grammar)
    expect(grammarOf([strange])).toBeDefined()
    expect(told).toEqual([
      {
        ...{ from: 'calls of strange by its schema', to: 'calls of it with any arguments' },
        reason: expect.stringContaining('stardate'),
      },
    ])
  })

  test('are found among many, half and half, and never looked for again', () => {
    const { compiled, told, grammarOf } = counted()
    const many = Array.from({ length: 16 }, (_, index) => tool(`t${index}`, { a: { type: 'boolean' } }))
    const tools = [...many.slice(0, 5), strange, ...many.slice(5)]
    grammarOf(tools)
    expect(told).toHaveLength(1)
    expect(compiled.length).toBeLessThan(14)
    const before = compiled.length
    grammarOf(tools)
    expect(compiled).toHaveLength(before + 1)
  })

  test('together are called by their names, where they are too many', () => {
    const { compiled, told, grammarOf } = counted()
    const fields = Object.fromEntries(Array.from({ length: 400 }, (_, index) => [`f${index}`, { type: 'null' }]))
    const tools = [tool('a', fields), tool('b', fields), tool('c', fields), tool('d', fields)]
    const grammar = grammarOf(tools)
    expect(grammar?.kind === 'lark' && !grammar.text.includes('f399')).toBe(true)
    expect(told).toMatchObject([
      { from: 'calls of all tools by their schemas', reason: expect.stringContaining('keys') },
    ])
    const before = compiled.length
    expect(grammarOf(tools)).toEqual(grammar)
    expect(compiled).toHaveLength(before + 1)
  })

  test('leave calls free, where not even their names can be held', () => {
    const { told, grammarOf } = counted()
    expect(grammarOf([tool('n'.repeat(600_000), {})])).toBeUndefined()
    expect(told.map(({ to }) => to)).toEqual(['calls of it with any arguments', 'free calls'])
  })
})

test('numbers stay those that JavaScript holds, in schemas that we do not follow ourselves too', () => {
  const odd = tool('odd', { word: { type: 'string', pattern: '^(yes|no)$' }, count: { type: 'number' } })
  const grammar = callGrammar(engine, [odd], ({ reason }) => expect.unreachable(reason))
  if (grammar === undefined) throw new Error('the tool is refused')
  const reads = (count: string): boolean =>
    letsThrough(engine, tokenizer, grammar, call('odd', `{"word": "yes", "count": ${count}}`))
  expect(['12.5', '-3', '1e999'].map(reads)).toEqual([true, true, false])
})

test('an answer whose grammar breaks off goes on freely and says so', () => {
  const grammar = callGrammar(engine, [weather], () => {})
  if (grammar === undefined) throw new Error('the tool is refused')
  const lost: string[] = []
  let left = 3
  let freed = 0
  const breaking = (): TokenConstraint => {
    const inner = engine.constraint(grammar)
    return {
      ...inner,
      prepare() {
        left -= 1
        if (left === 0) throw new RuntimeError('runtime/failed', 'too much at once')
        inner.prepare()
      },
      ended: false,
      free() {
        freed += 1
        inner.free()
      },
    }
  }
  const constraint = heldCalls({
    ...{ place: 'start', bytesOf: tokenizer.bytesOf, endTokens: tokenizer.endTokens, calls: breaking, reads: false },
    onLost: reason => lost.push(reason),
  })
  const rest = ' nothing like a call <tool_call> {'
  const forbidden: number[] = []
  for (const token of tokenizer.encode(`<tool_call>\n{${rest}`)) {
    const logits = new Float32Array(tokenizer.size)
    constraint.prepare()
    constraint.mask(logits)
    forbidden.push(logits.filter(logit => logit !== 0).length)
    constraint.accept(token)
  }
  expect(forbidden.slice(0, 4).map(count => count > 0)).toEqual([false, true, true, false])
  expect(forbidden.slice(3).every(count => count === 0)).toBe(true)
  expect([lost, freed, constraint.ended]).toEqual([['too much at once'], 1, false])
  constraint.free()
  expect(freed).toBe(1)
})
