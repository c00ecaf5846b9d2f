import * as runtime from 'onnxruntime-node'
import { loadNetwork } from '../../../src/inference/onnx/load-network.ts'
import { broughtOnnxRuntime } from '../../../src/inference/onnx/onnx-runtime.ts'
import { describeEngineMixes } from '../../contracts/engine-mixes-contract.ts'
import { tinyNetworkFiles } from '../onnx/tiny-network-files.ts'

describeEngineMixes('onnxruntime-node', {
  make: async () =>
    loadNetwork(tinyNetworkFiles('plain'), {
      runtime: await broughtOnnxRuntime('plain', 'onnxruntime-node', async () => runtime),
      weights: 'fp32',
      device: 'cpu',
      threads: 1,
    }),
  mixes: 500,
  jobs: 3,
})
