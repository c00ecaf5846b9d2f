import * as wasm from 'onnxruntime-web/wasm'
import * as webgpu from 'onnxruntime-web/webgpu'
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

// A processor plays this GPU: its first steps take long, for it compiles each shader once; after them a mix is cheap.
describeEngineMixes('WebGPU on SwiftShader', {
  make: async () =>
    loadNetwork(files, {
      runtime: await broughtOnnxRuntime('plain', 'onnxruntime-web', async () => webgpu),
      ...{ weights: 'fp32', device: 'webgpu', gpuDevice: (await openGpu({ hidesSubgroups: true })).device },
    }),
  ...{ mixes: 40, jobs: 3 },
})
