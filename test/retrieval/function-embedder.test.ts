import { expect, test } from 'vitest'
import { usageLedger } from '../../src/data/usage-ledger.ts'
import { functionEmbedder } from '../../src/retrieval/function-embedder.ts'
import { describeEmbedder } from '../contracts/embedder-contract.ts'

const lengths = (texts: readonly string[]) => texts.map(text => [text.length, 1])

describeEmbedder('functionEmbedder', {
  make: () => functionEmbedder({ id: 'test/lengths', embed: lengths }),
  failing: () => functionEmbedder({ id: 'test/none', embed: () => [] }),
})

test('the function gets batches, and each counts as a call', async () => {
  const sizes: number[] = []
  const usage = usageLedger()
  const embedder = functionEmbedder({
    id: 'test/sizes',
    batchSize: 2,
    embed: async texts => {
      sizes.push(texts.length)
      return lengths(texts)
    },
  })
  const vectors = await embedder.embed(['a', 'bb', 'ccc', 'dddd', 'eeeee'], { usage })
  expect(vectors.map(vector => vector[0])).toEqual([1, 2, 3, 4, 5])
  expect(sizes).toEqual([2, 2, 1])
  expect(usage.total).toMatchObject({ calls: 3, attempts: 3, inputTokens: 0 })
})

test.each([
  ['too few vectors', () => [[1]]],
  ['vectors of different lengths', () => [[1], [1, 2]]],
  ['empty vectors', () => [[], []]],
  ['a NaN', () => [[1], [Number.NaN]]],
  ['an infinite number', () => [[1], [Number.POSITIVE_INFINITY]]],
])('%s are refused', async (_, embed) => {
  const embedder = functionEmbedder({ id: 'test/broken', embed })
  await expect(embedder.embed(['a', 'b'])).rejects.toMatchObject({ code: 'model/malformed', retryable: false })
})

test('vectors of different lengths in two batches are refused', async () => {
  const embedder = functionEmbedder({
    id: 'test/broken',
    batchSize: 1,
    embed: ([text = '']) => [[...text].map(() => 1)],
  })
  await expect(embedder.embed(['a', 'bb'])).rejects.toMatchObject({ code: 'model/malformed' })
})

test.each([0, 1.5, -1, Number.NaN])('a batch size of %s is refused', batchSize => {
  expect(() => functionEmbedder({ id: 'x', embed: lengths, batchSize })).toThrow(/batchSize: 200/)
})
