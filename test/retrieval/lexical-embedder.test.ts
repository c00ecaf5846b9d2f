import fc from 'fast-check'
import { expect, test } from 'vitest'
import { lexicalEmbedder } from '../../src/retrieval/lexical-embedder.ts'
import { describeEmbedder } from '../contracts/embedder-contract.ts'

describeEmbedder('lexicalEmbedder', { make: () => lexicalEmbedder() })

const dot = (a: Float32Array = new Float32Array(), b: Float32Array = a): number =>
  a.reduce((sum, value, place) => sum + value * (b[place] ?? 0), 0)

test('texts that share words are nearer than others, whatever their case and punctuation', async () => {
  const [paris, again, cats, word] = await lexicalEmbedder().embed([
    'What is the capital of France?',
    'the CAPITAL of France',
    'Do cats like swimming',
    'capitals in french history',
  ])
  expect(dot(paris, again)).toBeGreaterThan(0.6)
  expect(dot(paris, word)).toBeGreaterThan(dot(paris, cats))
})

test('vectors have length 1, or 0 for a text without letters', async () => {
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: 'grapheme' }), async text => {
      const [vector] = await lexicalEmbedder({ dimensions: 64 }).embed([text])
      const length = Math.sqrt(dot(vector, vector))
      expect(vector).toHaveLength(64)
      expect(length === 0 || Math.abs(length - 1) < 1e-5).toBe(true)
      // A word may hash two of its pieces to one place with opposite signs, so a length of 0 is possible, but not here.
      if (/^[a-z]{1,3}$/.test(text)) expect(length).toBeGreaterThan(0)
    }),
  )
})

test('dimensions that cannot be are refused', () => {
  expect(() => lexicalEmbedder({ dimensions: 0 })).toThrow(/dimensions: 512/)
})
