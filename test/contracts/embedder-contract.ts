import { describe, expect, test } from 'vitest'
import { usageLedger } from '../../src/data/usage-ledger.ts'
import { KkachiError } from '../../src/errors/kkachi-error.ts'
import type { Embedder } from '../../src/ports/embedder.ts'

export interface EmbedderUnderTest {
  /** An embedder that works. */
  readonly make: () => Embedder | Promise<Embedder>
  /** One whose every call fails; undefined for one that cannot fail. */
  readonly failing?: () => Embedder
  /** Calls that reached the model since `make`, where that can be counted. */
  readonly calls?: () => number
  /** How far two vectors of one text may differ in a number; 0 when absent. */
  readonly tolerance?: number
}

const texts = [
  'Seoul is the capital of Korea.',
  'Paris is the capital of France.',
  '',
  'Seoul, naïve 서울 👩🏽‍🚀',
  '한국의 수도',
]

const distance = (a: Float32Array | undefined, b: Float32Array | undefined): number => {
  if (a === undefined || b === undefined || a.length !== b.length) return Number.POSITIVE_INFINITY
  return a.reduce((greatest, value, place) => Math.max(greatest, Math.abs(value - (b[place] ?? 0))), 0)
}

/** The contract of `ports/embedder.ts`, point by point. */
export const describeEmbedder = (name: string, { make, failing, calls, tolerance = 0 }: EmbedderUnderTest): void => {
  describe(`${name} keeps the contract of an embedder`, () => {
    test('has an id', async () => {
      expect((await make()).id).toMatch(/^\S+$/)
    })

    test('1. gives one vector a text, in their order, all of one length', async () => {
      const embedder = await make()
      const vectors = await embedder.embed(texts)
      expect(vectors).toHaveLength(texts.length)
      expect(new Set(vectors.map(vector => vector.length)).size).toBe(1)
      expect(vectors[0]?.length).toBeGreaterThan(0)
      const reversed = await embedder.embed(texts.toReversed())
      for (const [place, vector] of reversed.toReversed().entries()) {
        expect(distance(vector, vectors[place])).toBeLessThanOrEqual(tolerance)
      }
    })

    test('1. gives nothing for nothing, and asks nobody', async () => {
      const embedder = await make()
      const before = calls?.()
      expect(await embedder.embed([])).toEqual([])
      expect(calls?.()).toBe(before)
    })

    test('2. gives the same vector whatever stands beside the text', async () => {
      const embedder = await make()
      const together = await embedder.embed(texts)
      for (const [place, text] of texts.entries()) {
        const [alone] = await embedder.embed([text])
        expect(distance(alone, together[place])).toBeLessThanOrEqual(tolerance)
      }
    })

    test('2. gives the same vector in another instance, and twice for a text that stands there twice', async () => {
      const [first, again] = await (await make()).embed(['Hello', 'Hello'])
      const [other] = await (await make()).embed(['Hello'])
      expect(distance(first, again)).toBeLessThanOrEqual(tolerance)
      expect(distance(first, other)).toBeLessThanOrEqual(tolerance)
    })

    test('3. gives finite numbers, in either role', async () => {
      const embedder = await make()
      for (const role of ['query', 'passage'] as const) {
        for (const vector of await embedder.embed(texts, { role })) expect(vector.every(Number.isFinite)).toBe(true)
      }
    })

    test('4. an aborted signal rejects with its reason, and nothing is sent', async () => {
      const embedder = await make()
      const reason = new DOMException('The user went home.', 'AbortError')
      const before = calls?.()
      await expect(embedder.embed(texts, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason)
      expect(calls?.()).toBe(before)
    })

    test('4. an abort under way rejects with its reason', async () => {
      const embedder = await make()
      const controller = new AbortController()
      const reason = new DOMException('The user went home.', 'AbortError')
      const embedding = embedder.embed(texts, { signal: controller.signal }).then(
        () => reason, // it was quicker
        error => error,
      )
      controller.abort(reason)
      expect(await embedding).toBe(reason)
    })

    if (failing !== undefined) {
      test('4. a failure is a typed error', async () => {
        const error = await failing()
          .embed(texts)
          .catch(error => error)
        expect(KkachiError.is(error)).toBe(true)
        expect(error.code).toMatch(/^(model|runtime)\//)
      })
    }

    test('5. adds what was sent to the usage', async () => {
      const usage = usageLedger()
      await (await make()).embed(texts, { usage })
      expect(usage.total.calls).toBeGreaterThan(0)
      expect(usage.total.attempts).toBeGreaterThanOrEqual(usage.total.calls)
      expect(usage.total.outputTokens).toBe(0)
    })

    test('6. the vectors belong to the caller', async () => {
      const embedder = await make()
      const [first] = await embedder.embed(['Hello'])
      const copy = Float32Array.from(first ?? [])
      first?.fill(7)
      const [again] = await embedder.embed(['Hello'])
      expect(distance(again, copy)).toBeLessThanOrEqual(tolerance)
    })
  })
}
