import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { seededRandom } from '../../../src/data/seeded-random.ts'
import { inferenceEngine } from '../../../src/inference/engine/inference-engine.ts'
import { plainJob, range } from './asked-plainly.ts'
import { ask, randomMix } from './random-mix.ts'
import { toyNetwork } from './toy-network.ts'

describe('a network that fails', () => {
  test('ends those under way with its error and answers those that wait', async () => {
    const network = toyNetwork({ failsAt: step => step === 2 })
    const engine = inferenceEngine(network, { running: 2 })
    const ends = await Promise.allSettled(range(1, 5).map(first => engine.generate(plainJob([first, 1]))))
    expect(ends.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'fulfilled', 'fulfilled'])
    expect(ends[0]).toMatchObject({ reason: { code: 'runtime/failed' } })
    expect(engine.load).toMatchObject({ running: 0, waiting: 0 })
  })

  test('whose memory cannot be made ends its jobs', async () => {
    const network = {
      ...toyNetwork(),
      memory: () => {
        throw new RangeError('no memory')
      },
    }
    await expect(inferenceEngine(network).generate(plainJob([1]))).rejects.toThrow('no memory')
  })

  test('whose logits are no numbers ends the job that reads them', async () => {
    const toy = toyNetwork()
    const network = {
      ...toy,
      step: async (...given: Parameters<typeof toy.step>) => (await toy.step(...given)).fill(Number.NaN),
    }
    const asked = inferenceEngine(network).generate(plainJob([1]))
    await expect(asked).rejects.toMatchObject({ code: 'runtime/failed' })
  })
})

describe('an abort', () => {
  test('takes a job that waits out of the line at once', async () => {
    const engine = inferenceEngine(toyNetwork(), { running: 1 })
    const abort = new AbortController()
    const first = engine.generate(plainJob([1], { maxTokens: 20 }))
    const waiting = engine.generate(plainJob([2], { signal: abort.signal }))
    expect(engine.load.waiting).toBe(2)
    abort.abort(new Error('too late'))
    expect(engine.load.waiting).toBe(1)
    await expect(waiting).rejects.toThrow('too late')
    await expect(engine.generate(plainJob([2], { signal: abort.signal }))).rejects.toThrow('too late')
    expect((await first).tokens).toBe(20)
  })

  test('takes one under way out after the step, and the others go on', async () => {
    const network = toyNetwork()
    const engine = inferenceEngine(network)
    const abort = new AbortController()
    let told = 0
    const leaving = engine.generate(
      plainJob([1], {
        signal: abort.signal,
        maxTokens: 30,
        onToken: () => {
          told += 1
          if (told === 3) abort.abort(new Error('enough'))
          return false
        },
      }),
    )
    const staying = engine.generate(plainJob([2], { maxTokens: 10 }))
    await expect(leaving).rejects.toThrow('enough')
    expect([told, (await staying).tokens]).toEqual([3, 10])
  })

  test('passes while a network computes without giving way', async () => {
    const engine = inferenceEngine(toyNetwork({ window: 100_000 }), { bytes: 2 ** 20 })
    const abort = new AbortController()
    setTimeout(() => abort.abort(new Error('the deadline')), 0)
    const asked = engine.generate(plainJob([1], { maxTokens: 90_000, signal: abort.signal }))
    await expect(asked).rejects.toThrow('the deadline')
  })
})

describe('two hundred requests at once, some called off, on a network that is lost on the way', () => {
  test('each ends in its answer or its own error, and nothing is left behind', () =>
    fc.assert(
      fc.asyncProperty(fc.integer(), async seed => {
        const random = seededRandom(seed)
        const jobs = randomMix(seed, { vocabularySize: 48, jobs: 200, prompt: 90, answer: 38 })
        const lostAt = random.integer(20, 120)
        const network = toyNetwork({ window: 128, failsAt: step => step === lostAt })
        const engine = inferenceEngine(network, { bytes: 4 * 700, prefillTokens: 64 })
        const aborts = jobs.map(() => new AbortController())
        const asked = jobs.map((job, index) => ask(engine, job, { signal: (aborts[index] as AbortController).signal }))
        const called = new Set(random.sample(range(0, 200), 60))
        const calling = (async () => {
          for (const index of called) {
            for (let wait = random.integer(0, 12); wait > 0; wait -= 1) await Promise.resolve()
            aborts[index]?.abort(new Error(`call ${index} is off`))
          }
        })()
        const ends = await Promise.allSettled(asked)
        await calling
        let lost = 0
        for (const [index, end] of ends.entries()) {
          if (end.status === 'fulfilled') {
            if (index % 20 > 0) continue
            const alone = await ask(inferenceEngine(toyNetwork({ window: 128 })), jobs[index] as (typeof jobs)[number])
            expect(end.value.tokens).toEqual(alone.tokens)
          } else if (end.reason.code === 'runtime/failed') lost += 1
          else expect(end.reason.message).toBe(`call ${index} is off`)
        }
        expect(lost).toBeGreaterThan(0)
        expect(lost).toBeLessThanOrEqual(32) // as many as run at once
        // What is left is what was said to be shared, once a further job has swept the rest out.
        await engine.generate(plainJob([47], { maxTokens: 1 }))
        await engine.generate(plainJob([46], { maxTokens: 1 }))
        expect(engine.load).toMatchObject({ running: 0, waiting: 0 })
        expect(engine.load.slots).toBeLessThanOrEqual(3 * 46 + 2)
        await engine.close()
        expect(network.memories).toBe(0)
      }),
      { numRuns: 6 },
    ))
})
