import { describe, expect, test } from 'vitest'
import { usageLedger } from '../../src/data/usage-ledger.ts'
import { transformersEmbedder } from '../../src/inference/transformers-embedder.ts'
import { testClock } from '../../src/testing/test-clock.ts'
import { describeEmbedder } from '../contracts/embedder-contract.ts'
import { scriptedExtractor } from './scripted-extractor.ts'

const id = 'local/test'
const source = 'test/model'

let contract = scriptedExtractor()
describeEmbedder('transformersEmbedder over a scripted library', {
  make: () => {
    contract = scriptedExtractor()
    return transformersEmbedder({ id, source, runtime: contract.runtime })
  },
  calls: () => contract.asked.length,
  failing: () =>
    transformersEmbedder({ id, source, runtime: scriptedExtractor({ fails: new Error('out of memory') }).runtime }),
})

describe('a call', () => {
  test('loads once, goes in batches, pools and counts tokens', async () => {
    const library = scriptedExtractor()
    const usage = usageLedger()
    const embedder = transformersEmbedder({
      ...{ id, source, runtime: library.runtime, batchSize: 2, pooling: 'cls', normalize: false },
      prefixes: { query: 'q: ' },
    })
    await Promise.all([embedder.embed(['a', 'bb', 'ccc'], { usage }), embedder.embed(['d'], { role: 'query' })])
    expect(library.loads).toBe(1)
    expect(library.asked.map(({ texts }) => texts)).toEqual([['a', 'bb'], ['q: d'], ['ccc']])
    expect(library.asked[0]?.options).toEqual({ pooling: 'cls', normalize: false })
    expect(usage.total).toMatchObject({ calls: 2, inputTokens: 6 })
    expect(library.disposed).toBe(3)
  })

  test('that failed to load is followed by one that loads again', async () => {
    const library = scriptedExtractor()
    let attempts = 0
    const embedder = transformersEmbedder({
      ...{ id, source },
      runtime: async () => {
        attempts += 1
        if (attempts === 1) throw new Error('no network')
        return library.runtime()
      },
    })
    await expect(embedder.embed(['a'])).rejects.toMatchObject({ code: 'runtime/no-backend' })
    expect(await embedder.embed(['a'])).toHaveLength(1)
  })

  test.each([
    ['a library without pipelines', async () => ({}), 'runtime/no-backend'],
    [
      'files that are missing',
      async () => ({ pipeline: () => Promise.reject(new Error('not found')) }),
      'runtime/model-files',
    ],
    ['a model that breaks off', scriptedExtractor({ fails: new Error('boom') }).runtime, 'runtime/failed'],
    ['numbers that are none', scriptedExtractor({ data: [Number.NaN, 1] }).runtime, 'model/malformed'],
  ])('with %s is a typed error', async (_, runtime, code) => {
    await expect(transformersEmbedder({ id, source, runtime }).embed(['a'])).rejects.toMatchObject({ code })
  })

  test('ends at its deadline, loading included', async () => {
    const clock = testClock()
    const embedder = transformersEmbedder({ id, source, clock, runtime: () => new Promise(() => {}) })
    const late = embedder.embed(['a'], { deadlineMs: 100 }).catch(error => error)
    await clock.advance(100)
    expect(await late).toMatchObject({ code: 'model/timeout' })
  })
})
