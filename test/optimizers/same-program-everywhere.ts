import { describe, expect, test } from 'vitest'
import { digestOfRun } from './digest-of-run.ts'
import digests from './digests.json' with { type: 'json' }
import { everyOptimizer } from './every-optimizer.ts'

const recorded: Readonly<Record<string, string>> = digests

/** The same digests in Node, workerd and Chromium; `record-digests.ts` writes them. */
export const describeSameProgram = (concurrencies: readonly number[]): void => {
  describe('the same seed gives the program on record', () => {
    test.each(everyOptimizer)('%s', async (name, make) => {
      for (const concurrency of concurrencies) {
        expect({ concurrency, digest: await digestOfRun(make, concurrency) }).toEqual({
          concurrency,
          digest: recorded[name],
        })
      }
    })
  })
}
