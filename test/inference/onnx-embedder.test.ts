import { expect, test } from 'vitest'
import { type OnnxEmbedderOptions, onnxEmbedder } from '../../src/inference/onnx-embedder.ts'
import { testClock } from '../../src/testing/test-clock.ts'
import { filesOf } from './files-of.ts'

const embedder = (options: Partial<OnnxEmbedderOptions> = {}) =>
  onnxEmbedder({ id: 'local/test', files: filesOf({}), runtime: async () => ({}), ...options })

const runtime = async () => ({ InferenceSession: {}, Tensor: {} })
const vocabulary = { added_tokens: [], model: { type: 'WordPiece', vocab: { '[UNK]': 0 }, unk_token: '[UNK]' } }
const described = {
  'config.json': {},
  'tokenizer.json': { ...vocabulary, normalizer: null, pre_tokenizer: null, post_processor: null, decoder: null },
}

test.each<[string, Partial<OnnxEmbedderOptions>, string]>([
  ['a library that lacks what is needed', {}, 'runtime/no-backend'],
  ['a library that cannot be loaded', { runtime: () => Promise.reject(new Error('none')) }, 'runtime/no-backend'],
  ['files that are missing', { runtime }, 'runtime/model-files'],
  [
    'a graph that is none',
    { runtime, files: filesOf({ ...described, 'onnx/model.onnx': 'no graph' }) },
    'runtime/model-files',
  ],
])('%s fails a call by its code', async (_, options, code) => {
  await expect(embedder(options).embed(['a'])).rejects.toMatchObject({ code })
})

test('a load that failed is tried again by the next call', async () => {
  let loads = 0
  const model = embedder({
    async runtime() {
      loads += 1
      throw new Error('no network')
    },
  })
  await expect(model.embed(['a'])).rejects.toMatchObject({ code: 'runtime/no-backend' })
  await expect(model.embed(['a'])).rejects.toMatchObject({ code: 'runtime/no-backend' })
  expect(loads).toBe(2)
})

test('a deadline covers the load', async () => {
  const clock = testClock()
  const late = embedder({ clock, runtime: () => new Promise(() => {}) })
    .embed(['a'], { deadlineMs: 100 })
    .catch(error => error)
  await clock.advance(100)
  expect(await late).toMatchObject({ code: 'model/timeout' })
})

test('batches of no text are refused', () => {
  expect(() => embedder({ batchSize: 0 })).toThrowError(expect.objectContaining({ code: 'configuration/invalid' }))
})
