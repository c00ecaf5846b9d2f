import * as wasm from 'onnxruntime-web/wasm'
import * as webgpu from 'onnxruntime-web/webgpu'
import { expect, test } from 'vitest'
import { openGpu } from '../../../browser/inference/gpu-device.ts'
import { addressFiles } from '../../../src/inference/files/address-files.ts'
import { loadNetwork } from '../../../src/inference/onnx/load-network.ts'
import { broughtOnnxRuntime } from '../../../src/inference/onnx/onnx-runtime.ts'
import { describeEngineMixes } from '../../contracts/engine-mixes-contract.ts'

wasm.env.wasm.numThreads = 1
webgpu.env.wasm.numThreads = 1

/** Each file is named by itself, so that the bundler finds it. */
const files = addressFiles({
  'config.json': new URL('../../vectors/networks/plain/config.json', import.meta.url).href,
  'onnx/model.onnx': new URL('../../vectors/networks/plain/onnx/model.onnx', import.meta.url).href,
})

describeEngineMixes('WASM in Chromium', {
  make: async () =>
    loadNetwork(files, {
      runtime: await broughtOnnxRuntime('plain', 'onnxruntime-web', async () => wasm),
      ...{ weights: 'fp32', device: 'wasm' },
    }),
  ...{ mixes: 500, jobs: 3 },
})

let compiled = 0

/** A GPU that a processor plays. It takes its time to compile a shader, and counts them. */
const countingGpu = async (): Promise<GPUDevice> => {
  const { device } = await openGpu({ hidesSubgroups: true })
  const compile = device.createComputePipelineAsync.bind(device)
  device.createComputePipelineAsync = shader => {
    compiled += 1
    return compile(shader)
  }
  return device
}

describeEngineMixes('WebGPU on SwiftShader', {
  make: async () =>
    loadNetwork(files, {
      runtime: await broughtOnnxRuntime('plain', 'onnxruntime-web', async () => webgpu),
      ...{ weights: 'fp32', device: 'webgpu', gpuDevice: await countingGpu() },
    }),
  ...{ mixes: 40, jobs: 3 },
})

test('steps of all shapes use the same shaders on WebGPU', () => {
  expect(compiled).toBeGreaterThan(0)
  expect(compiled).toBeLessThan(40)
})
