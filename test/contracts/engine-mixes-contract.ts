/// <reference types="vite/types/importMeta.d.ts" />
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { seededRandom } from '../../src/data/seeded-random.ts'
import { inferenceEngine } from '../../src/inference/engine/inference-engine.ts'
import type { Network } from '../../src/inference/network.ts'
import { ask, type MixedAnswer, type MixLimits, randomMix } from '../inference/engine/random-mix.ts'

export interface EngineMixes {
  readonly make: () => Promise<Network>
  /** Mixes of a few jobs each; as many as `KKACHI_MIXES` says where it is set. */
  readonly mixes: number
  readonly jobs: number
  readonly prompt?: number
  readonly answer?: number
}

/** Of the environment, which pages know through Vite. */
const asked = Number(import.meta.env.KKACHI_MIXES)

const tokensOf = (answers: readonly MixedAnswer[]): unknown =>
  answers.map(({ tokens, end }) => [end.reason, ...tokens.map(({ token }) => token)])

/**
 * Answers packed, batched, cropped and gone on with on a real network equal those of the same jobs one at a time on an engine
 * that has seen nothing, token for token: on random mixes of prompts that share beginnings, lengths, samplings and seeds, in
 * engines that keep memory from one mix to the next, and in some of little memory.
 */
export const describeEngineMixes = (
  name: string,
  { make, mixes: usual, jobs, prompt = 24, answer = 5 }: EngineMixes,
): void => {
  const mixes = asked > 0 ? asked : usual
  const patience = 120_000 + mixes * 5_000
  describe(`an engine on ${name}`, () => {
    let network: Network
    let lent: Network
    beforeAll(async () => {
      network = await make()
      lent = { ...network, close: async () => {} }
    }, patience)
    afterAll(() => network.close())

    test(
      `answers ${mixes} mixes of ${jobs} jobs as it answers each job alone`,
      async () => {
        const limits: MixLimits = { vocabularySize: network.vocabularySize, jobs, prompt, answer }
        const random = seededRandom(11)
        let engine = inferenceEngine(lent)
        const wrong: number[] = []
        for (let mix = 0; mix < mixes; mix += 1) {
          if (mix % 10 === 0) {
            await engine.close()
            const slots = random.choice([prompt + answer + 2, 3 * prompt, 100 * prompt])
            const prefillTokens = random.choice([8, 64, 256])
            engine = inferenceEngine(lent, { bytes: slots * network.bytesPerSlot, prefillTokens })
          }
          const mixed = randomMix(1000 + mix, limits)
          const together = await Promise.all(mixed.map(job => ask(engine, job)))
          const alone: MixedAnswer[] = []
          for (const job of mixed) {
            const fresh = inferenceEngine(lent)
            alone.push(await ask(fresh, job))
            await fresh.close()
          }
          if (JSON.stringify(tokensOf(together)) !== JSON.stringify(tokensOf(alone))) wrong.push(mix)
        }
        await engine.close()
        expect(wrong).toEqual([])
      },
      patience,
    )
  })
}
