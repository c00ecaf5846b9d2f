import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createTestHarness } from 'wrangler'
import { localEmbedder, localModel } from '../../node/index.ts'
import { type LanguageModel, type ModelRequest, predict, saveProgram } from '../../src/index.ts'
import type { ServiceBinding } from '../../worker/inference/service-binding.ts'
import { serviceEmbedder } from '../../worker/inference/service-embedder.ts'
import { serviceModel } from '../../worker/inference/service-model.ts'
import { askedOfNano } from '../contracts/asked-of-nano.ts'
import { describeEmbedder } from '../contracts/embedder-contract.ts'
import { describeLanguageModel } from '../contracts/language-model-contract.ts'

const root = fileURLToPath(new URL('inference', import.meta.url))
const key = 'key-of-ada-0123456789'

const harness = createTestHarness({
  root,
  workers: [{ configPath: './main.toml', secrets: { KKACHI_API_KEYS: key } }, { configPath: './wrangler.toml' }],
})
const inNode = localModel('nano')
let inference: ReturnType<typeof harness.getWorker>

beforeAll(async () => {
  await harness.listen()
  inference = harness.getWorker('kkachi-inference')
}, 240_000)

afterAll(async () => {
  await harness.close()
  await inNode.close()
})

const binding: ServiceBinding = {
  fetch: (address, init) => inference.fetch(address, init as never) as unknown as Promise<Response>,
}
const model: LanguageModel = serviceModel({ binding, id: 'local/nano' })

describeLanguageModel('serviceModel before nano in workerd', {
  make: behavior => (behavior === 'answers' ? { model } : undefined),
  request: askedOfNano,
})

describeEmbedder('serviceEmbedder before an embedder in workerd', {
  make: () => serviceEmbedder({ binding, id: 'local/tiny', batchSize: 3 }),
  tolerance: 1e-5,
})

const asked = (content: string, more: Partial<ModelRequest> = {}): ModelRequest => ({
  messages: [{ role: 'user', content }],
  maxTokens: 24,
  ...more,
})

const texts = async (from: LanguageModel, requests: readonly ModelRequest[]): Promise<readonly string[]> =>
  (await Promise.all(requests.map(request => from.generate(request)))).map(({ completions }) => completions[0].text)

describe('nano in workerd', () => {
  const requests = [
    asked('Capital of France?'),
    asked('Label the text.\nA joy from start to end.'),
    asked('Label the text.\nAn awful, tedious film.', { temperature: 0.8, seed: 5 }),
    asked('Label the text.\nFine.', {
      responseSchema: { name: 'label', schema: { type: 'object', properties: { label: { enum: ['good', 'bad'] } } } },
    }),
  ]

  test('answers as it does in Node, side by side and one by one', async () => {
    const expected = await texts(inNode, requests)
    expect(await texts(model, requests)).toEqual(expected)
    for (const [index, request] of requests.entries()) expect(await texts(model, [request])).toEqual([expected[index]])
  })

  test('scores as it does in Node', async () => {
    const [question = asked('')] = requests
    const [here, there] = [await model.score?.(question, ['Paris', '']), await inNode.score?.(question, ['Paris', ''])]
    expect(here?.usage).toEqual(there?.usage)
    for (const [index, { logprob }] of (there?.scores ?? []).entries()) {
      expect(here?.scores[index]?.logprob).toBeCloseTo(logprob, 3)
    }
  })

  test('embeds as it does in Node, beside the model', async () => {
    const embedder = serviceEmbedder({ binding, id: 'local/tiny' })
    const sentences = ['Seoul is the capital of Korea.', '', 'the capital of korea']
    const [here] = await Promise.all([embedder.embed(sentences), texts(model, requests)])
    const there = await localEmbedder(fileURLToPath(new URL('../inference/tiny-embedder', import.meta.url))).embed(
      sentences,
    )
    for (const [index, vector] of there.entries()) {
      expect(here[index]).toHaveLength(vector.length)
      for (const [place, value] of vector.entries()) expect(here[index]?.[place]).toBeCloseTo(value, 4)
    }
  })

  test('a call that is aborted does not hold those beside it', async () => {
    const controller = new AbortController()
    const long = model.generate(asked('A long story.', { maxTokens: 300, temperature: 2, signal: controller.signal }))
    const beside = texts(model, requests)
    controller.abort()
    await expect(long).rejects.toMatchObject({ name: 'AbortError' })
    expect(await beside).toEqual(await texts(inNode, requests))
  })

  test('is the model of the Worker that is bound to it', async () => {
    const program = predict('text -> label')
    const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' }
    const ask = (path: string, method: string, body: string) =>
      harness.fetch(path, { method, body, headers } as never) as unknown as Promise<Response>
    expect((await ask('/programs/label', 'PUT', await saveProgram(program))).status).toBe(200)
    const input = { text: 'A joy from start to end.' }
    const answer = await (await ask('/programs/label/run', 'POST', JSON.stringify({ input }))).json()
    expect(answer).toMatchObject({ prediction: { ...(await program.run(input, { model: inNode })) } })
  })

  test('fits into an isolate: WebAssembly takes less than half of its 128 MB', async () => {
    const response = (await inference.fetch('http://model/memory')) as unknown as Response
    const { bytes } = (await response.json()) as { readonly bytes: number }
    console.info(`WebAssembly of nano in workerd: ${bytes / 2 ** 20} MiB`)
    expect(bytes).toBeLessThan(64 * 2 ** 20)
  })
})
