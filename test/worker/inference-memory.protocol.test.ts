import { rm } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { serviceModel } from '../../worker/inference/service-model.ts'
import { bundledInference, type WorkerdMemory, weighedWorkerd } from './inference/weighed-workerd.ts'

/** Of an isolate of Cloudflare. workerd itself sets no bound. */
const allowed = 128e6
/** Milliseconds; how quick the machine is does not matter here. */
const patience = 600_000
const folder = fileURLToPath(new URL('../../models/nano', import.meta.url))

let bundle: string
beforeAll(async () => {
  bundle = await bundledInference()
}, patience)
afterAll(() => rm(bundle, { recursive: true }))

/** Words without a pattern, the same ones every time; nano reads about 1.6 tokens a word, and 2,048 at most. */
const words = (count: number, seed: number): string =>
  Array.from({ length: count }, (_, at) => ['film', 'joy', 'night', 'slow', 'actor'][(at * at + seed * at) % 5]).join(
    ' ',
  )

const taken = ({ wasm, heap, buffers }: WorkerdMemory): number => wasm + heap + buffers
const mebibytes = (bytes: number): string => (bytes / 2 ** 20).toFixed(1)

describe.each(['fp32', 'q8'])('nano with %s in workerd', weights => {
  test(
    'stays below 128 MB: idle, after an answer, and after prompts as long as it can read, side by side',
    async () => {
      const worker = await weighedWorkerd(bundle, { folder, weights })
      try {
        const model = serviceModel({ binding: worker.binding, id: 'local/nano', deadlineMs: patience })
        const ask = (content: string) => model.generate({ messages: [{ role: 'user', content }], maxTokens: 4 })
        const weighed = [await worker.memory()]
        await ask('Capital of France?')
        weighed.push(await worker.memory())
        const answers = await Promise.all([1, 2].map(seed => ask(`${seed} ${words(1100, seed)}`)))
        weighed.push(await worker.memory())
        console.info(
          `${weights}, MiB:`,
          ...weighed.map(
            ({ wasm, heap, buffers, process }) =>
              `${[wasm, heap, buffers].map(mebibytes).join(' + ')} (process ${mebibytes(process)})`,
          ),
        )
        expect(Math.min(...answers.map(({ usage }) => usage.inputTokens))).toBeGreaterThan(1000)
        expect(weighed[1]?.wasm).toBeGreaterThan(2 ** 20)
        // The graph, which holds the weights, is let go of once it is loaded.
        expect(weighed[1]?.buffers).toBeLessThan(2 ** 20)
        for (const memory of weighed) expect(taken(memory)).toBeLessThan(allowed)
      } finally {
        await worker.close()
      }
    },
    patience,
  )
})
