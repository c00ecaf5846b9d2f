import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { answerGrammars, chat, compact, json } from '../../src/adapters/index.ts'
import { derive } from '../../src/data/seeded-random.ts'
import type { Signature } from '../../src/index.ts'
import { nanoGrammars } from '../inference/grammar/nano-grammars.ts'
import { randomWalk } from '../inference/grammar/random-walk.ts'
import { signatures } from './random-signatures.ts'

const { tokenizer, engine } = await nanoGrammars()

const grammarOf = (adapter: typeof chat, of: Signature, input: Record<string, string> = { q: '?' }) =>
  adapter.format({ signature: of, demos: [], input, capabilities: { grammar: true, answerGrammars } }).grammar

describe.each([chat, json, compact])('the grammar of $name', adapter => {
  test('lets nothing through that its own reading refuses', () => {
    fc.assert(
      fc.property(signatures, fc.nat(), (of, seed) => {
        const text = grammarOf(adapter, of)
        expect(text).toBeDefined()
        const answer = randomWalk(
          engine,
          tokenizer,
          { kind: 'lark', text: text ?? '' },
          { random: derive(seed, 'walk'), patience: 20, forced: seed % 2 === 0 },
        )
        expect(Object.keys(adapter.parse(of, { text: answer.text, finishReason: 'stop' }))).toEqual(
          of.outputs.map(({ name }) => name),
        )
      }),
      { numRuns: 60 },
    )
  })
})
