import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import { localModel } from '../../node/models/local-model.ts'
import { byScore, probabilitiesOf } from '../../src/modules/by-score.ts'
import { predict } from '../../src/modules/predict.ts'
import type { Message } from '../../src/ports/message.ts'
import recorded from '../vectors/scores/scores.json' with { type: 'json' }

const model = localModel('nano')
const scoresOf = async (messages: readonly Message[], answers: readonly string[]) =>
  (await model.score?.({ messages }, answers))?.scores ?? []

test('the recorded network is the one that is here; else record again: test/vectors/scores/record.py', async () => {
  const bytes = await readFile('models/nano/onnx/model.onnx')
  expect(createHash('sha256').update(bytes).digest('hex')).toBe(recorded.network)
})

describe('how likely answers are, beside numpy', () => {
  test.each(recorded.cases)('is the same for all of them at once, after $prompt tokens', async told => {
    const messages = told.messages as readonly Message[]
    const scores = await scoresOf(
      messages,
      told.answers.map(({ text }) => text),
    )
    for (const [index, { text, tokens, logprob }] of told.answers.entries()) {
      // Single precision of the network, summed over the tokens.
      const difference = Math.abs((scores[index]?.logprob ?? Number.NaN) - logprob)
      // A tag in an answer is the model's own.
      expect([text, scores[index]?.tokens, difference < 1e-3 * tokens]).toEqual([text, tokens, true])
    }
  })

  test('is the same for one of them alone, whatever begins like it', async () => {
    for (const { messages, answers } of recorded.cases) {
      for (const { text, logprob } of answers.slice(0, 4)) {
        const [score] = await scoresOf(messages as readonly Message[], [text])
        expect(score?.logprob).toBeCloseTo(logprob, 2)
      }
    }
  })
})

describe('labels that are weighed', () => {
  test('have probabilities that add up to 1, where some begin with others too', async () => {
    const classify = predict("ticket -> team: 'bill' | 'billing' | 'billing support' | 'sales'", { decide: byScore })
    const { team = [] } = probabilitiesOf(await classify.run({ ticket: 'My invoice is wrong.' }, { model }))
    expect(team.map(({ label }) => label).toSorted()).toEqual(['bill', 'billing', 'billing support', 'sales'])
    expect(team.reduce((sum, { probability }) => sum + probability, 0)).toBeCloseTo(1, 12)
    for (const { probability } of team) expect(probability).toBeGreaterThanOrEqual(0)
  })

  test('of several fields have probabilities that add up to 1 for each', async () => {
    const decide = predict("text -> kind: 'spam' | 'ham', sure: 'yes' | 'no'", { decide: byScore })
    const { kind = [], sure = [] } = probabilitiesOf(await decide.run({ text: 'Claim your prize!' }, { model }))
    for (const shares of [kind, sure]) {
      expect(shares).toHaveLength(2)
      expect(shares.reduce((sum, { probability }) => sum + probability, 0)).toBeCloseTo(1, 12)
    }
  })
})

test('an answer is scored by its own tokens, even where prompt and answer would be split otherwise', async () => {
  // The prompt ends with two line breaks: with a third they would be one token.
  const [{ answers = [] } = {}] = recorded.cases
  const broken = answers.find(({ text }) => text === '\nspam')
  const plain = answers.find(({ text }) => text === 'spam')
  expect(broken?.tokens).toBe((plain?.tokens ?? 0) + 1)
})
