import * as wasm from 'onnxruntime-web/wasm'
import * as webgpu from 'onnxruntime-web/webgpu'
import type { ModelFiles } from '../../src/inference/model-files.ts'
import { loadNetwork } from '../../src/inference/onnx/load-network.ts'
import type { OnnxNetwork } from '../../src/inference/onnx/onnx-network.ts'
import { broughtOnnxRuntime } from '../../src/inference/onnx/onnx-runtime.ts'
import { describeNetwork } from '../contracts/network-contract.ts'
import rotating from '../vectors/networks/rotating/expected.json' with { type: 'json' }

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

/** A device of the software GPU, without subgroups: with them, onnxruntime's attention is wrong on it. */
const device = await navigator.gpu.requestAdapter().then(adapter => {
  if (adapter === null) throw new Error('Chromium has no adapter. Start it with --enable-unsafe-webgpu.')
  const { maxBufferSize, maxStorageBufferBindingSize, maxStorageBuffersPerShaderStage } = adapter.limits
  return adapter.requestDevice({
    requiredLimits: { maxBufferSize, maxStorageBufferBindingSize, maxStorageBuffersPerShaderStage },
  })
})

const onWasm = async (): Promise<OnnxNetwork> =>
  loadNetwork(files, {
    runtime: await broughtOnnxRuntime('rotating', 'onnxruntime-web', async () => wasm),
    weights: 'q4',
    device: 'wasm',
  })

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
