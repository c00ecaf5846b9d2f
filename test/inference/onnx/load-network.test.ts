import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { KkachiError } from '../../../src/errors/kkachi-error.ts'
import type { ModelFiles } from '../../../src/inference/model-files.ts'
import { loadNetwork } from '../../../src/inference/onnx/load-network.ts'
import type { OnnxRuntime } from '../../../src/inference/onnx/onnx-runtime.ts'
import { readNetworkShape } from '../../../src/inference/onnx/read-network-shape.ts'
import { externalWeight, sampleGraph, sampleShape } from './graph/sample-graph.ts'

const config = {
  num_hidden_layers: 1,
  num_attention_heads: 2,
  num_key_value_heads: 1,
  head_dim: 4,
  hidden_size: 8,
  vocab_size: 8,
  max_position_embeddings: 16,
}
const bytes = (value: unknown): Uint8Array<ArrayBuffer> => new TextEncoder().encode(JSON.stringify(value))

const filesOf = (files: Readonly<Record<string, Uint8Array>>): ModelFiles & { readonly read_: string[] } => {
  const read_: string[] = []
  return {
    read_,
    place: 'a place',
    has: async name => name in files,
    async read(name, options) {
      options?.signal?.throwIfAborted()
      read_.push(name)
      return new Uint8Array(files[name] ?? [])
    },
    digest: async () => '',
  }
}

const runtime: OnnxRuntime = {
  Tensor: class {
    readonly dims: readonly number[] = []
    readonly type: string = ''
    readonly location: string = 'cpu'
    readonly data: unknown = undefined
    async getData(): Promise<unknown> {
      return undefined
    }
    dispose(): void {}
  },
  InferenceSession: {
    create: async () => ({ inputNames: [], outputNames: [], run: async () => ({}), release: async () => {} }),
  },
}
const refusal = expect.toSatisfy(error => KkachiError.is(error, 'runtime/model-files'))

describe('a network is loaded', () => {
  const graph = sampleGraph({ extra: [externalWeight({ location: 'parts/model_q4.onnx_data' })] })
  const all = {
    'config.json': bytes(config),
    'onnx/model_q4.onnx': graph,
    'onnx/parts/model_q4.onnx_data': new Uint8Array(16),
  }

  test('from its config, its graph and the weights beside it', async () => {
    const files = filesOf(all)
    const network = await loadNetwork(files, { runtime, weights: 'q4', device: 'cpu' })
    expect(files.read_).toEqual(['config.json', 'onnx/model_q4.onnx', 'onnx/parts/model_q4.onnx_data'])
    expect(network).toMatchObject({ vocabularySize: 8, window: 16, bytesPerSlot: 32, branches: true })
  })

  test('with weights that are there', async () => {
    const load = loadNetwork(filesOf(all), { runtime, weights: 'fp16', device: 'cpu' })
    await expect(load).rejects.toEqual(refusal)
    await expect(load).rejects.toThrow('a place has no onnx/model_fp16.onnx. Load it with weights that are there: q4.')
  })

  test('from no place that its weights name outside of it', async () => {
    const lying = sampleGraph({ extra: [externalWeight({ location: '../config.json' })] })
    const files = filesOf({ ...all, 'onnx/model_q4.onnx': lying })
    await expect(loadNetwork(files, { runtime, weights: 'q4', device: 'cpu' })).rejects.toEqual(refusal)
    expect(files.read_).toEqual(['config.json', 'onnx/model_q4.onnx'])
  })

  test('until its caller has had enough', async () => {
    const signal = AbortSignal.abort(new DOMException('enough', 'AbortError'))
    const load = loadNetwork(filesOf(all), { runtime, weights: 'q4', device: 'cpu', signal })
    await expect(load).rejects.toBe(signal.reason)
  })
})

describe('the shape of a network', () => {
  const read = (value: unknown) => readNetworkShape(bytes(value), 'config.json')

  test('stands in its config', () => {
    expect(read(config)).toEqual(sampleShape)
    const { head_dim: _, num_key_value_heads: __, ...least } = config
    expect(read(least)).toEqual({ ...sampleShape, stateHeads: 2 })
  })

  test('is made of whole numbers within bounds', () => {
    for (const value of [0, -1, 1.5, 2 ** 40, '4', true, {}, [4]]) {
      for (const name of Object.keys(config)) {
        if (name === 'hidden_size') continue
        expect(() => read({ ...config, [name]: value })).toThrow(refusal)
      }
    }
    expect(() => read({ ...config, num_attention_heads: 3, num_key_value_heads: 2 })).toThrow(refusal)
    const { vocab_size: _, ...without } = config
    expect(() => read(without)).toThrow('vocab_size is missing')
  })

  test('is not read from what is no config', () => {
    for (const text of ['', '[]', 'null', '{"__proto__": {}}', '['.repeat(10_000), '\u{feff}{}']) {
      expect(() => readNetworkShape(new TextEncoder().encode(text), 'config.json')).toThrow(refusal)
    }
    expect(() => readNetworkShape(Uint8Array.of(0x7b, 0xff, 0x7d), 'config.json')).toThrow(refusal)
    expect(() => readNetworkShape(new Uint8Array(2 ** 20 + 1), 'config.json')).toThrow(refusal)
  })

  test('or of anything is a shape or a refusal', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.uint8Array(),
          fc.json().map(text => new TextEncoder().encode(text)),
        ),
        value => {
          try {
            readNetworkShape(value, 'config.json')
          } catch (error) {
            if (!KkachiError.is(error, 'runtime/model-files')) throw error
          }
        },
      ),
    )
  })
})
