import fc from 'fast-check'
import { expect, test } from 'vitest'
import { noUsage } from '../../src/data/usage.ts'
import { responseBuilder } from '../../src/models/response-builder.ts'
import { responseEvents } from '../../src/models/response-events.ts'
import type { Completion, ModelEvent } from '../../src/ports/language-model.ts'

const built = (events: Iterable<ModelEvent>) => {
  const builder = responseBuilder()
  for (const event of events) builder.add(event)
  return builder.response()
}

const completion: fc.Arbitrary<Completion> = fc.record(
  {
    text: fc.string(),
    finishReason: fc.constantFrom('stop', 'length', 'tool-calls', 'content-filter', 'other'),
    reasoning: fc.string({ minLength: 1 }),
    toolCalls: fc.array(fc.record({ id: fc.string(), name: fc.string(), arguments: fc.string() }), { minLength: 1 }),
    logprobs: fc.array(fc.record({ token: fc.string(), logprob: fc.double({ max: 0, noNaN: true }) }), {
      minLength: 1,
    }),
  },
  { requiredKeys: ['text', 'finishReason'], noNullPrototype: true },
)

test('an answer told as events and put together again is the same answer', () => {
  fc.assert(
    fc.property(completion, fc.array(completion, { maxLength: 3 }), (first, rest) => {
      const response = { completions: [first, ...rest] as const, usage: { ...noUsage, calls: 1, outputTokens: 4 } }
      expect(built(responseEvents(response))).toEqual(response)
    }),
  )
})

test('what has not finished is no answer', () => {
  expect(built([])).toBeUndefined()
  expect(built([{ type: 'text', index: 0, delta: 'half' }])).toBeUndefined()
  expect(
    built([
      { type: 'text', index: 0, delta: 'half' },
      { type: 'finish', index: 1, reason: 'stop' },
    ]),
  ).toBeUndefined()
})

test('a reset voids what came before, but not what it cost', () => {
  const usage = { ...noUsage, attempts: 1 }
  const response = built([
    { type: 'text', index: 0, delta: 'wrong' },
    { type: 'usage', usage },
    { type: 'reset' },
    { type: 'text', index: 0, delta: 'right' },
    { type: 'usage', usage },
    { type: 'finish', index: 0, reason: 'stop' },
  ])
  expect(response?.completions).toEqual([{ text: 'right', finishReason: 'stop' }])
  expect(response?.usage.attempts).toBe(2)
})
