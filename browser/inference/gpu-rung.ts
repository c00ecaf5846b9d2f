import { RuntimeError } from '../../src/index.ts'
import {
  broughtOnnxRuntime,
  type LocalModelEvent,
  loadNetwork,
  type Network,
  networkSelfTest,
  type OnnxModelOptions,
  onnxModel,
  selfTestLogits,
  type WeightType,
} from '../../src/inference/index.ts'
import { openGpu } from './gpu-device.ts'
import type { Rung, RungModel } from './ladder-model.ts'

export interface GpuRungOptions {
  readonly model: Omit<OnnxModelOptions, 'runtime' | 'device' | 'gpuDevice' | 'check' | 'weights'>
  readonly runtime: () => Promise<unknown>
  readonly weights: WeightType
  readonly onEvent: (event: LocalModelEvent) => void
}

/**
 * WebGPU, once its numbers are those of WebAssembly: some GPUs compute wrongly and say nothing. Where they differ it is tried
 * without `subgroups`, whose kernels are the ones known to be wrong; where nothing can be compared these are not used.
 *
 * @throws RuntimeError `runtime/no-backend` from open()
 */
export const gpuRung = (options: GpuRungOptions): Rung => ({
  name: 'webgpu',
  async open() {
    const first = await openGpu({ hidesSubgroups: false })
    const expected = await referenceLogits(options)
    if (expected !== undefined || !first.device.features.has('subgroups')) {
      try {
        return await opened(options, first, expected)
      } catch (error) {
        if (!(error instanceof Wrong) || !first.device.features.has('subgroups')) throw refused(options.model.id, error)
        const to = `${first.name} without subgroups`
        options.onEvent({ type: 'degraded', from: first.name, to, reason: error.message })
      }
    }
    first.close()
    const second = await openGpu({ hidesSubgroups: true })
    try {
      return await opened(options, second, expected)
    } catch (error) {
      throw refused(options.model.id, error)
    }
  },
})

type OpenedGpu = Awaited<ReturnType<typeof openGpu>>

/** A model on this device, loaded and compared. */
const opened = async (
  { model, runtime, weights, onEvent }: GpuRungOptions,
  gpu: OpenedGpu,
  expected: Float32Array | undefined,
): Promise<RungModel> => {
  const { device } = gpu
  const check = async (network: Network): Promise<void> => {
    if (expected === undefined) return
    const { passed, worst } = await networkSelfTest(network, expected)
    if (!passed) throw new Wrong(`its logits differ from those of WebAssembly by ${worst.toFixed(2)} deviations`)
  }
  const made = onnxModel({ ...model, runtime, weights, device: 'webgpu', gpuDevice: device, check, onEvent })
  try {
    await made.load()
  } catch (error) {
    gpu.close()
    throw error
  }
  return {
    model: {
      ...made,
      async close() {
        await made.close()
        gpu.close()
      },
    },
    lost: () => gpu.lost,
  }
}

/** What WebAssembly computes; undefined where it cannot, for want of memory say. */
const referenceLogits = async ({
  model: { id, files },
  runtime,
  weights,
}: GpuRungOptions): Promise<Float32Array | undefined> => {
  const library = await broughtOnnxRuntime(id, 'onnxruntime-web', runtime)
  try {
    const network = await loadNetwork(files, { id, runtime: library, weights, device: 'wasm' })
    try {
      return await selfTestLogits(network)
    } finally {
      await network.close()
    }
  } catch (error) {
    if (error instanceof RuntimeError && error.code === 'runtime/model-files') throw error
    return undefined
  }
}

class Wrong extends Error {}

const refused = (id: string, error: unknown): unknown =>
  error instanceof Wrong
    ? new RuntimeError('runtime/no-backend', `${id} cannot use this GPU: ${error.message}. Choose device: 'wasm'.`, {
        tried: [{ name: 'webgpu', reason: error.message }],
      })
    : error
