import * as wasm from 'onnxruntime-web/wasm'
import * as webgpu from 'onnxruntime-web/webgpu'
import { expect, test } from 'vitest'
import type { WeightType } from '../../src/inference/backend-config.ts'
import type { ModelFiles } from '../../src/inference/model-files.ts'
import { type LoadNetworkOptions, loadNetwork } from '../../src/inference/onnx/load-network.ts'
import { broughtOnnxRuntime } from '../../src/inference/onnx/onnx-runtime.ts'

wasm.env.wasm.numThreads = 1
webgpu.env.wasm.numThreads = 1

const urls: Readonly<Record<string, string>> = {
  'config.json': new URL('../../models/nano/config.json', import.meta.url).href,
  'onnx/model.onnx': new URL('../../models/nano/onnx/model.onnx', import.meta.url).href,
  'onnx/model_quantized.onnx': new URL('../../models/nano/onnx/model_quantized.onnx', import.meta.url).href,
}

const files: ModelFiles = {
  place: 'nano',
  has: async name => name in urls,
  read: async name => new Uint8Array(await (await fetch(urls[name] ?? '')).arrayBuffer()),
  digest: async () => '0'.repeat(64),
}

const tokens = Array.from({ length: 12 }, (_, place) => 300 + ((place * 37) % 900))

/** The logits after these tokens. */
const logits = async (
  weights: WeightType,
  library: typeof wasm | typeof webgpu,
  where: Pick<LoadNetworkOptions, 'device' | 'gpuDevice'>,
): Promise<Float32Array> => {
  const runtime = await broughtOnnxRuntime('nano', 'onnxruntime-web', async () => library)
  const network = await loadNetwork(files, { runtime, weights, ...where })
  const memory = network.memory(64)
  const found = await network.step(memory, { tokens, positions: [...tokens.keys()], at: 0, keep: 1 })
  const kept = found.slice()
  memory.free()
  await network.close()
  return kept
}

const greatestDifference = (left: Float32Array, right: Float32Array): number =>
  left.reduce((most, value, place) => Math.max(most, Math.abs(value - (right[place] ?? Number.NaN))), 0)

test('nano with weights in bytes computes nearly as with floats, and on WebGPU as on WASM', async () => {
  const floats = await logits('fp32', wasm, { device: 'wasm' })
  const bytes = await logits('q8', wasm, { device: 'wasm' })
  expect(greatestDifference(bytes, floats)).toBeLessThan(1)
  expect(greatestDifference(bytes, floats)).toBeGreaterThan(0)
  const adapter = await navigator.gpu.requestAdapter()
  if (adapter === null) throw new Error('Chromium has no adapter. Start it with --enable-unsafe-webgpu.')
  const { maxBufferSize, maxStorageBufferBindingSize, maxStorageBuffersPerShaderStage } = adapter.limits
  const gpuDevice = await adapter.requestDevice({
    requiredLimits: { maxBufferSize, maxStorageBufferBindingSize, maxStorageBuffersPerShaderStage },
  })
  const onGpu = await logits('q8', webgpu, { device: 'webgpu', gpuDevice })
  expect(greatestDifference(onGpu, bytes)).toBeLessThan(1e-3)
}, 240_000) // a GPU in software takes its time
