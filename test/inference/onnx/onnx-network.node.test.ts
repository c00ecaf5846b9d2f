import * as node from 'onnxruntime-node'
import * as web from 'onnxruntime-web'
import { loadNetwork } from '../../../src/inference/onnx/load-network.ts'
import { broughtOnnxRuntime } from '../../../src/inference/onnx/onnx-runtime.ts'
import { describeNetwork } from '../../contracts/network-contract.ts'
import { expectedLogits, tinyNetworkFiles } from './tiny-network-files.ts'

web.env.wasm.numThreads = 1

/** Halves carry three digits: their logits differ in the third. */
const cases = [
  { network: 'plain', weights: 'fp32', tolerance: 1e-3 },
  { network: 'plain', weights: 'q4', tolerance: 1e-3 },
  { network: 'plain', weights: 'q8', tolerance: 1e-3 },
  { network: 'plain', weights: 'fp16', tolerance: 2e-2 },
  { network: 'plain', weights: 'q4f16', tolerance: 2e-2 },
  { network: 'rotating', weights: 'fp32', tolerance: 1e-3 },
  { network: 'capped', weights: 'fp32', tolerance: 1e-3 },
  { network: 'sliding', weights: 'fp32', tolerance: 1e-3 },
] as const

for (const { network, weights, tolerance } of cases) {
  const expected = await expectedLogits(network)
  for (const [device, library] of [
    ['cpu', node],
    ['wasm', web],
  ] as const) {
    describeNetwork(`${network} ${weights} on ${device}`, {
      make: async () =>
        loadNetwork(tinyNetworkFiles(network), {
          runtime: await broughtOnnxRuntime(network, 'onnxruntime-node', async () => library),
          weights,
          device,
          threads: 1,
        }),
      expected,
      weights,
      tolerance,
    })
  }
}
