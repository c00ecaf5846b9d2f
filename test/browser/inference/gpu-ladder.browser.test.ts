import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { browserModel } from '../../../browser/inference/browser-model.ts'
import type { LocalModel, LocalModelEvent, WeightType } from '../../../src/inference/index.ts'

const alphabet = Array.from({ length: 94 }, (_, index) => String.fromCharCode(33 + index))

/** A tokenizer of printable ASCII, a token each, for the 96 of the network. */
const tokenizer = {
  version: '1.0',
  added_tokens: [
    { id: 94, content: '<|end|>', special: true, single_word: false, lstrip: false, rstrip: false, normalized: false },
  ],
  normalizer: null,
  pre_tokenizer: { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: false },
  post_processor: null,
  decoder: { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: false },
  model: {
    type: 'BPE',
    vocab: Object.fromEntries([...alphabet, 'Ġ'].map((c, id) => [c, id < 94 ? id : 95])),
    merges: [],
  },
}

const blob = (value: unknown): string => URL.createObjectURL(new Blob([JSON.stringify(value)]))

/** A network of two layers with weights of four bits. */
const source = {
  files: {
    'config.json': new URL('../../vectors/networks/plain/config.json', import.meta.url).href,
    'generation_config.json': blob({ eos_token_id: 94 }),
    'tokenizer.json': blob(tokenizer),
    'tokenizer_config.json': blob({
      tokenizer_class: 'PreTrainedTokenizerFast',
      eos_token: '<|end|>',
      chat_template: '{% for message in messages %}{{ message.content }}{% endfor %}',
    }),
    'onnx/model.onnx': new URL('../../vectors/networks/plain/onnx/model.onnx', import.meta.url).href,
  },
}

const requestDevice = GPUAdapter.prototype.requestDevice
const devices: GPUDevice[] = []
const events: LocalModelEvent[] = []
const weights: WeightType = 'fp32'
const settings = { id: 'local/plain', source, weights, grammar: false, attentionBytes: 2 ** 20 }
const onGpu: LocalModel = browserModel({ ...settings, device: 'webgpu' }, event => events.push(event))
const onWasm: LocalModel = browserModel({ ...settings, device: 'wasm' }, () => {})

beforeAll(() => {
  GPUAdapter.prototype.requestDevice = async function (...given) {
    const device = await requestDevice.apply(this, given)
    devices.push(device)
    return device
  }
})
afterAll(async () => {
  GPUAdapter.prototype.requestDevice = requestDevice
  await Promise.all([onGpu.close(), onWasm.close()])
})

const request = { messages: [{ role: 'user' as const, content: 'one two three' }], maxTokens: 4, temperature: 0 }

const stepsDown = () => events.filter(event => event.type === 'degraded')

describe('a model on a GPU', () => {
  test('is compared with WebAssembly, and answers as there', async () => {
    const { backend } = await onGpu.load()
    expect(backend).toMatchObject({ kind: 'gpu', device: 'webgpu' })
    expect(stepsDown().length).toBe(devices.length - 1)
    expect((await onGpu.generate(request)).completions).toEqual((await onWasm.generate(request)).completions)
  }, 240_000)

  test('whose device is lost in the middle breaks off, and the next call goes on with WebAssembly', async () => {
    const before = stepsDown().length
    const reading = (async () => {
      for await (const event of onGpu.stream({ ...request, maxTokens: 60, temperature: 1, seed: 1 })) {
        if (event.type === 'text') devices.at(-1)?.destroy()
      }
    })()
    await expect(reading).rejects.toMatchObject({ name: 'RuntimeError', code: 'runtime/failed' })
    expect((await onGpu.generate(request)).completions).toEqual((await onWasm.generate(request)).completions)
    expect(stepsDown().slice(before)).toMatchObject([{ from: 'webgpu', to: 'wasm' }])
    expect((await onGpu.load()).backend).toMatchObject({ kind: 'cpu' })
  }, 240_000)
})
