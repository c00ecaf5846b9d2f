import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { derive } from '../../../src/data/seeded-random.ts'
import { answerGrammar } from '../../../src/inference/chat/answer-grammar.ts'
import { answerReader } from '../../../src/inference/chat/answer-reader.ts'
import type { Grammar } from '../../../src/inference/token-constraint.ts'
import type { ModelRequest } from '../../../src/ports/language-model.ts'
import { letsThrough } from '../grammar/lets-through.ts'
import { nanoGrammars } from '../grammar/nano-grammars.ts'
import { randomWalk } from '../grammar/random-walk.ts'

const { tokenizer, engine } = await nanoGrammars()

const city = { type: 'string', enum: ['Seoul', 'Rome'] }
const tools = [
  {
    name: 'weather',
    // Each schema refers to its own definitions, whatever another calls its own.
    parameters: { type: 'object', properties: { city: { $ref: '#/$defs/city' } }, required: ['city'], $defs: { city } },
  },
  {
    name: 'add "two"',
    parameters: {
      properties: { a: { $ref: '#/$defs/city' }, b: { type: 'integer', minimum: 3, maximum: 5 } },
      ...{ required: ['a', 'b'], additionalProperties: false, $defs: { city: { type: 'boolean' } } },
    },
  },
]
const schema = {
  type: 'object',
  properties: { call: { type: 'boolean' } },
  required: ['call'],
  additionalProperties: false,
}
const grammarOf = (rest: Partial<ModelRequest>): Grammar => {
  const grammar = answerGrammar({ messages: [], tools, ...rest })
  if (grammar === undefined) throw new Error('the answer is free')
  return grammar
}

const partsOf = (text: string) => {
  const reader = answerReader({ thinks: false, tools: true, held: true, callId: String })
  return [...reader.push(text), ...reader.end()]
}

const isCall = (name: string, given: Record<string, unknown>): boolean =>
  name === 'weather'
    ? city.enum.includes(String(given.city))
    : name === 'add "two"' && typeof given.a === 'boolean' && [3, 4, 5].includes(Number(given.b))

const reads = (grammar: Grammar, text: string): boolean => letsThrough(engine, tokenizer, grammar, text)

const asked = { responseSchema: { name: 'answer', schema } }

describe('where tools may be called', () => {
  test('an answer is calls by the schemas of their tools, or what was asked for, whatever a network thinks', () => {
    const seen = new Set<string>()
    fc.assert(
      fc.property(fc.nat(), fc.constantFrom(asked, { grammar: 'start: call\ncall: "yes" | "no"' }), (seed, request) => {
        const walk = { random: derive(seed, 'walk'), patience: 10, forced: seed % 2 === 0 }
        const parts = partsOf(randomWalk(engine, tokenizer, grammarOf(request), walk).text)
        const [part] = parts
        seen.add(parts.length > 1 ? 'several' : (part?.type ?? ''))
        if (part?.type === 'tool-call') {
          for (const one of parts) {
            if (one.type !== 'tool-call') throw new Error(`text beside a call: ${one.delta}`)
            expect([one.call, isCall(one.call.name, JSON.parse(one.call.arguments))]).toEqual([one.call, true])
          }
          return
        }
        expect(parts).toHaveLength(1)
        if ('grammar' in request) expect(['yes', 'no']).toContain(part?.delta)
        else expect(JSON.parse(part?.delta ?? '')).toEqual({ call: expect.any(Boolean) })
      }),
      { numRuns: 60 },
    )
    expect(seen).toEqual(new Set(['tool-call', 'text', 'several']))
  })

  test('nothing else is let through', () => {
    const call = (given: string) => `<tool_call>\n{"name": "weather", "arguments": ${given}}\n</tool_call>`
    const both = grammarOf(asked)
    const several = `${call('{"city": "Rome"}')}\n${call('{"city": "Seoul"}')}`
    for (const text of [call('{"city": "Rome"}'), several, '{"call": true}'])
      expect([text, reads(both, text)]).toEqual([text, true])
    for (const text of [
      call('{"city": "Oslo"}'),
      call('{}'),
      call('"Rome"'),
      'Rome',
      '{"call": 1}',
      `{"call": true}${call('{}')}`,
    ]) {
      expect([text, reads(both, text)]).toEqual([text, false])
    }
    const only = grammarOf({ ...asked, toolChoice: 'required' })
    const required = [call('{"city": "Rome"}'), several, '{"call": true}'].map(text => reads(only, text))
    expect(required).toEqual([true, true, false])
    const named = grammarOf({ toolChoice: { name: 'weather' } })
    expect([call('{"city": "Rome"}'), several].map(text => reads(named, text))).toEqual([true, false])
    const other = grammarOf({ ...asked, toolChoice: { name: 'add "two"' } })
    expect(reads(other, call('{"city": "Rome"}'))).toBe(false)
  })
})

test('an answer is free where tools may be called and nothing else is asked, and without tools what is asked', () => {
  expect(answerGrammar({ messages: [], tools })).toBeUndefined()
  expect(answerGrammar({ messages: [] })).toBeUndefined()
  expect(answerGrammar({ messages: [], ...asked })).toEqual({ kind: 'json-schema', schema })
  expect(answerGrammar({ messages: [], tools, toolChoice: 'none', grammar: 'start: "a"', ...asked })).toEqual({
    ...{ kind: 'lark', text: 'start: "a"' },
  })
})
