import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { inferenceEngine } from '../../../src/inference/engine/inference-engine.ts'
import { ask, type MixedAnswer, type MixedJob, randomMix } from './random-mix.ts'
import { toyNetwork } from './toy-network.ts'

const limits = { vocabularySize: 48, jobs: 12, prompt: 60, answer: 24 }

/** Each by itself, on a network that has seen nothing. */
const alone = (jobs: readonly MixedJob[]): Promise<MixedAnswer[]> =>
  Promise.all(jobs.map(job => ask(inferenceEngine(toyNetwork()), job)))

const said = (answers: readonly MixedAnswer[]): unknown =>
  answers.map(({ tokens, end }) => ({ tokens, reason: end.reason, count: end.tokens }))

describe('an engine answers as if each were asked alone', () => {
  test.each([true, false])('whatever is computed together (branches: %s)', branches =>
    fc.assert(
      fc.asyncProperty(
        fc.integer(),
        fc.integer({ min: 90, max: 900 }),
        fc.integer({ min: 1, max: 12 }),
        async (seed, slots, running) => {
          const jobs = randomMix(seed, limits)
          const network = toyNetwork({ branches })
          const engine = inferenceEngine(network, { bytes: slots * 4, running, prefillTokens: 20 })
          const together = await Promise.all(jobs.map(job => ask(engine, job)))
          expect(said(together)).toEqual(said(await alone(jobs)))
          await engine.close()
          expect([network.memories, network.isClosed]).toEqual([0, true])
        },
      ),
      { numRuns: 60 },
    ),
  )
})
