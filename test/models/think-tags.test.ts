import fc from 'fast-check'
import { expect, test } from 'vitest'
import { responseBuilder } from '../../src/models/response-builder.ts'
import { withoutThinkTags } from '../../src/models/think-tags.ts'
import type { LanguageModel } from '../../src/ports/language-model.ts'
import { scriptedModel } from '../../src/testing/scripted-model.ts'

const request = { messages: [{ role: 'user' as const, content: 'Q' }] }

const parted = async (text: string) => {
  const { completions } = await withoutThinkTags(scriptedModel([text])).generate(request)
  const { finishReason, ...rest } = completions[0]
  return rest
}

test.each([
  ['<think>Hm.</think>Paris', { text: 'Paris', reasoning: 'Hm.' }],
  ['\n <think>\nHm.\n</think>\n\nParis\n', { text: 'Paris\n', reasoning: 'Hm.' }],
  ['<think></think>Paris', { text: 'Paris' }],
  ['<think>Hm. </thin', { text: '', reasoning: 'Hm. </thin' }],
  ['<think', { text: '<think' }],
  ['Paris <think>no</think>', { text: 'Paris <think>no</think>' }],
  ['<think>a</think> b <think>c</think>', { text: 'b <think>c</think>', reasoning: 'a' }],
  ['  Paris', { text: '  Paris' }],
])('%j', async (text, expected) => {
  expect(await parted(text)).toEqual(expected)
})

/** A model that streams a text in the pieces it is given. */
const inPieces = (pieces: readonly string[]): LanguageModel => ({
  ...scriptedModel([]),
  async *stream() {
    for (const delta of pieces) yield { type: 'text', index: 0, delta }
    yield { type: 'finish', index: 0, reason: 'stop' }
  },
})

test('wherever a stream is cut into pieces, it says what the whole answer says', async () => {
  const word = fc.constantFrom('<think>', '</think>', '<', '/', 'th', 'ink>', ' ', '\n', 'a', 'Hm.')
  await fc.assert(
    fc.asyncProperty(fc.array(word, { maxLength: 12 }), fc.array(fc.nat(6), { maxLength: 12 }), async (words, cuts) => {
      const text = words.join('')
      const pieces: string[] = []
      let from = 0
      for (const cut of cuts) {
        pieces.push(text.slice(from, from + cut))
        from += cut
      }
      pieces.push(text.slice(from))
      const builder = responseBuilder()
      for await (const event of withoutThinkTags(inPieces(pieces)).stream(request)) builder.add(event)
      const completion = builder.response()?.completions[0]
      const whole = await parted(text)
      expect({ text: completion?.text, reasoning: completion?.reasoning }).toEqual({ reasoning: undefined, ...whole })
    }),
  )
})
