import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { answerReader } from '../../../src/inference/chat/answer-reader.ts'
import { callWatch, crossingTokens } from '../../../src/inference/chat/call-watch.ts'

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text)

/** Up to where a watch sees a call begin in a text that comes piece by piece; undefined for none. */
const seenAt = (pieces: readonly string[], place: 'start' | 'thought' | 'text'): number | undefined => {
  const watch = callWatch(place)
  let at = 0
  for (const piece of pieces) {
    at += piece.length
    if (watch.take(bytesOf(piece))) return at
  }
  return undefined
}

describe('a watch', () => {
  test.each([
    ['start', 'Yes. <tool_call>', true],
    ['start', '<<tool_call>', true],
    ['start', '<tool_<tool_call>', true],
    ['start', '\n <think>a <tool_call> b</think><tool_call>', true],
    ['start', '<think><tool_call>', false],
    ['start', 'x<think><tool_call>', true],
    ['start', '<thin<tool_call>', true],
    ['thought', '<tool_call>', false],
    ['thought', '</think</think><tool_call>', true],
    ['text', '<think><tool_call>', true],
    ['text', '<tool_call >', false],
  ] as const)('from %s on, of %j: %s', (place, text, begins) => {
    expect(seenAt([text], place) !== undefined).toBe(begins)
    expect(seenAt([...text], place)).toBe(begins ? text.length : undefined)
  })

  test('sees a call where the reader of the answer begins to read one', () => {
    const piece = fc.constantFrom('<tool_call>', '<tool', '_call>', '<think>', '</think>', '<', ' ', '\n', 'é', 'th')
    fc.assert(
      fc.property(fc.array(piece), fc.boolean(), (pieces, thinks) => {
        const seen = seenAt(pieces, thinks ? 'thought' : 'start')
        const reader = answerReader({ thinks, tools: true, callId: String })
        const call = '{"name": "x"}</tool_call>'
        const text = pieces.join('').slice(0, seen)
        const parts = [...reader.push(`${text}${call}`), ...reader.end()]
        expect(parts.some(({ type }) => type === 'tool-call')).toBe(seen !== undefined)
      }),
    )
  })

  test('passes by what has no bytes', () => {
    const watch = callWatch('text')
    expect([bytesOf('<tool'), undefined, bytesOf('_call>')].map(bytes => watch.take(bytes))).toEqual([
      false,
      false,
      true,
    ])
  })
})

test('tokens that begin a call and go on in it are known by what was written before them', () => {
  const words = ['>', '>\n', '_call>{', 'x>y', '<tool_call>', 'a<tool_call>b', '> ', undefined]
  const crossing = crossingTokens(words.length, token => {
    const word = words[token]
    return word === undefined ? undefined : bytesOf(word)
  })
  expect(crossing).toHaveLength('<tool_call>'.length)
  for (const [begun, tokens] of crossing.entries()) {
    expect([begun, tokens]).toEqual([begun, begun === 5 ? [2, 5] : begun === 10 ? [1, 5, 6] : [5]])
  }
})
