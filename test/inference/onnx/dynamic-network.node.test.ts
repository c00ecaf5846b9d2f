import * as node from 'onnxruntime-node'
import * as web from 'onnxruntime-web'
import { loadNetwork } from '../../../src/inference/onnx/load-network.ts'
import { broughtOnnxRuntime } from '../../../src/inference/onnx/onnx-runtime.ts'
import { describeDynamicNetwork } from '../../contracts/dynamic-network.ts'
import expected from '../../vectors/networks/dynamic/expected.json' with { type: 'json' }
import { tinyNetworkFiles } from './tiny-network-files.ts'

web.env.wasm.numThreads = 1

for (const [device, library] of [
  ['cpu', node],
  ['wasm', web],
] as const) {
  describeDynamicNetwork(`a dynamically quantized network on ${device}`, {
    make: async () =>
      loadNetwork(tinyNetworkFiles('dynamic'), {
        runtime: await broughtOnnxRuntime('dynamic', 'onnxruntime-node', async () => library),
        ...{ weights: 'q8', device, threads: 1 },
      }),
    ...{ expected, tolerance: 1e-3 },
  })
}
