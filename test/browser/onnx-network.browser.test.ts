import * as wasm from 'onnxruntime-web/wasm'
import * as webgpu from 'onnxruntime-web/webgpu'
import { expect, test, vi } from 'vitest'
import { openGpu } from '../../browser/inference/gpu-device.ts'
import { addressFiles } from '../../src/inference/files/address-files.ts'
import { type LoadNetworkOptions, loadNetwork } from '../../src/inference/onnx/load-network.ts'
import type { OnnxNetwork } from '../../src/inference/onnx/onnx-network.ts'
import { broughtOnnxRuntime } from '../../src/inference/onnx/onnx-runtime.ts'
import { describeDynamicNetwork } from '../contracts/dynamic-network.ts'
import { describeNetwork } from '../contracts/network-contract.ts'
import dynamic from '../vectors/networks/dynamic/expected.json' with { type: 'json' }
import plain from '../vectors/networks/plain/expected.json' with { type: 'json' }
import rotating from '../vectors/networks/rotating/expected.json' with { type: 'json' }
import sliding from '../vectors/networks/sliding/expected.json' with { type: 'json' }

wasm.env.wasm.numThreads = 1
webgpu.env.wasm.numThreads = 1

// A processor plays the GPU, and takes its time to compile shaders.
vi.setConfig({ testTimeout: 300_000 })

/** Each file is named by itself, so that the bundler finds it. */
const files = {
  plain: addressFiles({
    'config.json': new URL('../vectors/networks/plain/config.json', import.meta.url).href,
    'onnx/model.onnx': new URL('../vectors/networks/plain/onnx/model.onnx', import.meta.url).href,
    'onnx/model_q4.onnx': new URL('../vectors/networks/plain/onnx/model_q4.onnx', import.meta.url).href,
    'onnx/model_quantized.onnx': new URL('../vectors/networks/plain/onnx/model_quantized.onnx', import.meta.url).href,
  }),
  rotating: addressFiles({
    'config.json': new URL('../vectors/networks/rotating/config.json', import.meta.url).href,
    'onnx/model.onnx': new URL('../vectors/networks/rotating/onnx/model.onnx', import.meta.url).href,
    'onnx/model.onnx_data': new URL('../vectors/networks/rotating/onnx/model.onnx_data', import.meta.url).href,
    'onnx/model_q4.onnx': new URL('../vectors/networks/rotating/onnx/model_q4.onnx', import.meta.url).href,
    'onnx/model_q4.onnx_data': new URL('../vectors/networks/rotating/onnx/model_q4.onnx_data', import.meta.url).href,
  }),
  capped: addressFiles({
    'config.json': new URL('../vectors/networks/capped/config.json', import.meta.url).href,
    'onnx/model.onnx': new URL('../vectors/networks/capped/onnx/model.onnx', import.meta.url).href,
  }),
  dynamic: addressFiles({
    'config.json': new URL('../vectors/networks/dynamic/config.json', import.meta.url).href,
    'onnx/model_quantized.onnx': new URL('../vectors/networks/dynamic/onnx/model_quantized.onnx', import.meta.url).href,
  }),
  sliding: addressFiles({
    'config.json': new URL('../vectors/networks/sliding/config.json', import.meta.url).href,
    'onnx/model.onnx': new URL('../vectors/networks/sliding/onnx/model.onnx', import.meta.url).href,
  }),
}

/** With subgroups, onnxruntime's attention is wrong on the software GPU. */
const { device } = await openGpu({ hidesSubgroups: true })

const on =
  (options: Pick<LoadNetworkOptions, 'device' | 'gpuDevice'>, library: typeof wasm | typeof webgpu) =>
  (network: keyof typeof files, weights: LoadNetworkOptions['weights']) =>
  async (): Promise<OnnxNetwork> =>
    loadNetwork(files[network], {
      runtime: await broughtOnnxRuntime(network, 'onnxruntime-web', async () => library),
      weights,
      ...options,
    })
const onWasm = on({ device: 'wasm' }, wasm)
const onGpu = on({ device: 'webgpu', gpuDevice: device }, webgpu)
const expectations = { plain, rotating, sliding }

// One network has it all: four bits, a rotation of its own, weights in another file, no limit of logits.
describeNetwork('a network on WASM in Chromium', {
  ...{ make: onWasm('rotating', 'q4'), expected: rotating, weights: 'q4', tolerance: 1e-3 },
})

// The software GPU has no halves.
const cases = [
  ['plain', 'fp32'],
  ['plain', 'q4'],
  ['plain', 'q8'],
  ['rotating', 'fp32'],
  ['rotating', 'q4'],
  ['sliding', 'fp32'],
] as const
for (const [network, weights] of cases) {
  const make = onGpu(network, weights)
  const expected = expectations[network]
  describeNetwork(`${network} ${weights} on WebGPU in Chromium`, { make, expected, weights, tolerance: 1e-3 })
}

describeDynamicNetwork('a dynamically quantized network on WebGPU in Chromium', {
  ...{ make: onGpu('dynamic', 'q8'), expected: dynamic, tolerance: 1e-3 },
})

// With it, logits are off by one and more.
test('a network that caps its scores is refused on WebGPU, which ignores it', async () => {
  await expect(onGpu('capped', 'fp32')()).rejects.toThrow('softcap, which onnxruntime ignores')
})

test('networks on WebGPU that are asked at once answer as they do one by one', async () => {
  const [first, second] = [await onGpu('plain', 'fp32')(), await onGpu('rotating', 'fp32')()]
  const answers = async (network: OnnxNetwork, steps: number): Promise<number[]> => {
    const memory = network.memory(steps)
    const found: number[] = []
    for (let at = 0; at < steps; at++) {
      const rows = { tokens: [at + 1], positions: [at], at, keep: 1 }
      found.push(...(await network.step(memory, rows)))
    }
    memory.free()
    return found
  }
  const apart = [await answers(first, 6), await answers(second, 6)]
  const [one, other, third] = await Promise.all([answers(first, 6), answers(second, 6), onGpu('plain', 'fp32')()])
  expect([one, other]).toEqual(apart)
  const [still] = await Promise.all([answers(first, 6), second.close(), third.close()])
  expect(still).toEqual(apart[0])
  await first.close()
})
