import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { tokenBound as boundOf, tokenEstimate } from '../../src/models/token-bound.ts'
import type { ModelRequest } from '../../src/ports/language-model.ts'

/** Question and answer together. */
const tokenBound = (request: ModelRequest, maxTokens: number): number => {
  const { input, output } = boundOf(request, maxTokens)
  return input + output
}

const said = (content: string) => ({ messages: [{ role: 'user', content }] }) as const

describe('tokenBound', () => {
  test('is at least a token for each byte of the text, and the answer', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.nat(500), (text, maxTokens) => {
        const bytes = new TextEncoder().encode(text).length
        expect(tokenBound(said(text), maxTokens)).toBe(bytes + 16 + maxTokens)
      }),
    )
  })

  test('counts every completion', () => {
    expect(tokenBound({ ...said('hi'), n: 3 }, 100) - tokenBound(said('hi'), 100)).toBe(200)
  })

  test('counts tools and schemas, and no grammar: that is not read', () => {
    const schema = { type: 'object', properties: { answer: { type: 'string' } } }
    const plain = tokenBound(said('hi'), 0)
    expect(tokenBound({ ...said('hi'), responseSchema: { name: 'answer', schema } }, 0)).toBeGreaterThan(plain + 50)
    expect(tokenBound({ ...said('hi'), tools: [{ name: 'look', parameters: schema }] }, 0)).toBeGreaterThan(plain + 50)
    expect(tokenBound({ ...said('hi'), grammar: 'start: "a"' }, 0)).toEqual(plain)
  })

  test('allows for attachments, whose size only the provider knows', () => {
    const content = [
      { type: 'text', text: 'hi' },
      { type: 'image', url: 'https://example.com/a.png' },
    ] as const
    expect(tokenBound({ messages: [{ role: 'user', content }] }, 0)).toBe(2 + 16 + 2_000)
  })

  test('counts the tool calls of the conversation', () => {
    const call = { id: '1', name: 'look', arguments: '{"where":"here"}' }
    const asked = { messages: [{ role: 'assistant', content: '', toolCalls: [call] }] } as const
    expect(tokenBound(asked, 0)).toBeGreaterThan(16 + call.arguments.length)
  })
})

describe('tokenEstimate', () => {
  test('is a token for three bytes begun, and the answer that may come', () => {
    expect(tokenEstimate(said('seven b'), 100)).toBe(3 + 16 + 100)
    expect(tokenEstimate({ ...said('seven b'), maxTokens: 7, n: 2 }, 100)).toBe(3 + 16 + 14)
  })
})
