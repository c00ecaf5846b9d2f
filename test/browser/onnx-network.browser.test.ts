import * as wasm from 'onnxruntime-web/wasm'
import * as webgpu from 'onnxruntime-web/webgpu'
import { afterAll, describe, expect, test } from 'vitest'
import type { ModelFiles } from '../../src/inference/model-files.ts'
import { loadNetwork } from '../../src/inference/onnx/load-network.ts'
import type { OnnxNetwork } from '../../src/inference/onnx/onnx-network.ts'
import { broughtOnnxRuntime } from '../../src/inference/onnx/onnx-runtime.ts'
import { networkSelfTest, selfTestLogits } from '../../src/inference/onnx/self-test.ts'
import { describeNetwork } from '../contracts/network-contract.ts'
import rotating from '../vectors/networks/rotating/expected.json'

wasm.env.wasm.numThreads = 1
webgpu.env.wasm.numThreads = 1

/** Each file is named by itself, so that the bundler finds it. */
const urls: Readonly<Record<string, string>> = {
  'config.json': new URL('../vectors/networks/rotating/config.json', import.meta.url).href,
  'onnx/model_q4.onnx': new URL('../vectors/networks/rotating/onnx/model_q4.onnx', import.meta.url).href,
  'onnx/model_q4.onnx_data': new URL('../vectors/networks/rotating/onnx/model_q4.onnx_data', import.meta.url).href,
}

const files: ModelFiles = {
  place: 'rotating',
  has: async name => name in urls,
  async read(name) {
    const response = await fetch(urls[name] ?? '')
    return new Uint8Array(await response.arrayBuffer())
  },
  digest: async () => '0'.repeat(64),
}

/** A device of the software GPU. */
const gpuDevice = async ({ hidesSubgroups }: { readonly hidesSubgroups: boolean }): Promise<GPUDevice> => {
  const adapter = await navigator.gpu.requestAdapter()
  if (adapter === null) throw new Error('Chromium has no adapter. Start it with --enable-unsafe-webgpu.')
  const { maxBufferSize, maxStorageBufferBindingSize, maxStorageBuffersPerShaderStage } = adapter.limits
  const { maxComputeWorkgroupStorageSize, maxComputeInvocationsPerWorkgroup, maxComputeWorkgroupSizeX } = adapter.limits
  return adapter.requestDevice({
    requiredFeatures: hidesSubgroups || !adapter.features.has('subgroups') ? [] : ['subgroups'],
    requiredLimits: {
      maxBufferSize,
      maxStorageBufferBindingSize,
      maxStorageBuffersPerShaderStage,
      maxComputeWorkgroupStorageSize,
      maxComputeInvocationsPerWorkgroup,
      maxComputeWorkgroupSizeX,
    },
  })
}

const onWasm = async (): Promise<OnnxNetwork> =>
  loadNetwork(files, {
    runtime: await broughtOnnxRuntime('rotating', 'onnxruntime-web', async () => wasm),
    weights: 'q4',
    device: 'wasm',
  })

const device = await gpuDevice({ hidesSubgroups: true })

const onGpu = async (): Promise<OnnxNetwork> =>
  loadNetwork(files, {
    runtime: await broughtOnnxRuntime('rotating', 'onnxruntime-web', async () => webgpu),
    weights: 'q4',
    device: 'webgpu',
    gpuDevice: device,
  })

// One network has it all: four bits, a rotation of its own, weights in another file, no limit of logits.
const about = { expected: rotating, weights: 'q4', tolerance: 1e-3 }
describeNetwork('a network on WASM in Chromium', { make: onWasm, ...about })
describeNetwork('a network on WebGPU in Chromium', { make: onGpu, ...about })

describe('a GPU is compared with WASM', () => {
  const made: OnnxNetwork[] = []
  afterAll(() => Promise.all(made.map(network => network.close())))

  test('and agrees where its subgroups are hidden', async () => {
    const [reference, gpu] = [await onWasm(), await onGpu()]
    made.push(reference, gpu)
    const result = await networkSelfTest(gpu, await selfTestLogits(reference))
    expect(result.worst).toBeLessThan(1e-3)
    expect(result.passed).toBe(true)
  })
})
