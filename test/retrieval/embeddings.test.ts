import { describe, expect, test } from 'vitest'
import { usageLedger } from '../../src/data/usage-ledger.ts'
import { embeddings, loadEmbeddings } from '../../src/retrieval/embeddings.ts'
import { functionEmbedder } from '../../src/retrieval/function-embedder.ts'
import { memoryStorage } from '../../src/storage/memory.ts'
import { letterEmbedder, phrases } from './letter-embedder.ts'

describe('the passages found', () => {
  // As DSPy 3.4.1 answers: EmbeddingsWithScores(corpus, dspy.Embedder(counts of the letters a to h), k=4, normalize).
  test.each([
    ['bad cabbage', true, [2, 0, 1, 4], [0.935819, 0.800095, 0.738549, 0.639602]],
    ['hedge fund', true, [3, 4, 1, 0], [0.917365, 0.452267, 0.435194, 0.261117]],
    ['bad cabbage', false, [2, 0, 1, 3], [17, 13, 12, 8]],
    ['hedge fund', false, [3, 1, 0, 4], [18, 5, 3, 3]],
  ])('for %s, normalized: %s, are those of DSPy', async (query, normalize, indices, scores) => {
    const found = await embeddings(phrases, letterEmbedder(), { k: 4, normalize }).retrieve(query)
    expect(found.indices).toEqual(indices)
    expect(found.passages).toEqual(indices.map(index => phrases[index]))
    for (const [place, score] of scores.entries()) expect(found.scores[place]).toBeCloseTo(score, 5)
  })

  test('are five when nobody says, and as many as a call asks for', async () => {
    const search = embeddings(phrases, letterEmbedder())
    expect((await search.retrieve('a')).passages).toHaveLength(5)
    expect((await search.retrieve('a', { k: 2 })).passages).toHaveLength(2)
    expect((await search.retrieve('a', { k: 99 })).passages).toHaveLength(6)
  })
})

test('the corpus is embedded at the first need, once, as passages; queries as queries', async () => {
  const asked: unknown[] = []
  const embedder = functionEmbedder({
    id: 'test/roles',
    embed: (texts, { role }) => {
      asked.push([texts.length, role])
      return texts.map(text => [text.length, 1])
    },
  })
  const search = embeddings(phrases, embedder)
  expect(asked).toEqual([])
  const usage = usageLedger()
  await search.prepare({ usage })
  await Promise.all([search.retrieve('a', { usage }), search.retrieve('b', { usage })])
  expect(asked).toEqual([
    [6, 'passage'],
    [1, 'query'],
    [1, 'query'],
  ])
  expect(usage.total.calls).toBe(3)
})

describe('a saved corpus', () => {
  test('finds the same elsewhere, and embeds nothing but queries', async () => {
    const storage = memoryStorage()
    const search = embeddings(phrases, letterEmbedder(), { k: 3 })
    await search.save(storage, 'atlas')
    const embedder = letterEmbedder()
    const loaded = await loadEmbeddings(storage, 'atlas', embedder, { k: 3 })
    expect(await loaded?.retrieve('bad cabbage')).toEqual(await search.retrieve('bad cabbage'))
    expect(loaded?.size).toBe(6)
    expect(embedder.asked).toEqual(['bad cabbage'])
  })

  test('that is not there is undefined', async () => {
    expect(await loadEmbeddings(memoryStorage(), 'atlas', letterEmbedder())).toBeUndefined()
  })

  test('of another embedder is refused', async () => {
    const storage = memoryStorage()
    await embeddings(phrases, letterEmbedder()).save(storage, 'atlas')
    const other = functionEmbedder({ id: 'test/other', embed: texts => texts.map(() => [1]) })
    await expect(loadEmbeddings(storage, 'atlas', other)).rejects.toMatchObject({ code: 'data/vector' })
  })
})

test('a corpus without passages is refused', () => {
  expect(() => embeddings([], letterEmbedder())).toThrow(expect.objectContaining({ code: 'data/empty' }))
})
