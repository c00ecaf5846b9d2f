import { RuntimeError } from '../../errors/runtime-error.ts'
import { firstLine, loadFailure } from '../runtime-failure.ts'
import { externalOptions, handedOver } from './external-files.ts'
import type { GpuDevice } from './gpu-device.ts'
import type { OnnxNetworkOptions } from './onnx-network.ts'
import type { OnnxSession } from './onnx-runtime.ts'
import { stateNames } from './state-memory.ts'

/** What a session computes on. */
export type OnDevice = Pick<OnnxNetworkOptions, 'device' | 'gpuDevice' | 'runtime'>

/**
 * Whether a session can keep its state on a GPU and share it with us: onnxruntime-web can. onnxruntime-node has WebGPU too, and
 * its buffers are out of our reach.
 */
export const sharesGpu = ({ device, gpuDevice, runtime }: OnDevice): boolean =>
  device === 'webgpu' &&
  runtime.Tensor.fromGpuBuffer !== undefined &&
  (gpuDevice !== undefined || runtime.env?.versions?.web !== undefined)

/** A session for a graph, with the options that its device needs. */
export const createSession = async (options: OnnxNetworkOptions, graph: Uint8Array): Promise<OnnxSession> => {
  const { id, runtime, device, gpuDevice, threads, shape, sessionOptions } = options
  const present = stateNames(shape.layers).map(names => [names.present, 'gpu-buffer'])
  const given = handedOver(id, device, graph, options)
  try {
    return await runtime.InferenceSession.create(given.graph, {
      executionProviders: [gpuDevice === undefined ? device : { name: device, device: gpuDevice }],
      ...(threads === undefined ? {} : { intraOpNumThreads: threads }),
      // That a GPU leaves shapes to the CPU is no news, and would stand as an error in the console of a page.
      ...(device === 'webgpu' ? { logSeverityLevel: 3 } : {}),
      ...(sharesGpu(options) ? { preferredOutputLocation: Object.fromEntries(present) } : {}),
      ...sessionOptions,
      ...externalOptions(given.external, sessionOptions?.extra),
    })
  } catch (error) {
    throw loadFailure(id, 'its place', error)
  }
}

/**
 * The device a session on a GPU uses: the one it was given, or the one the runtime chose.
 *
 * @throws RuntimeError `runtime/no-backend` when the runtime does not tell
 */
export const deviceOf = async (options: OnnxNetworkOptions): Promise<GpuDevice | undefined> => {
  if (!sharesGpu(options)) return options.gpuDevice
  const used = options.gpuDevice ?? (await options.runtime.env?.webgpu?.device)
  if (isDevice(used)) return used
  throw new RuntimeError(
    'runtime/no-backend',
    `${options.id} computes on a GPU that onnxruntime does not name. Give it a device of your own: gpuDevice.`,
    { tried: [{ name: 'webgpu', reason: 'env.webgpu.device is not set' }] },
  )
}

const isDevice = (device: unknown): device is GpuDevice =>
  typeof device === 'object' && device !== null && 'createBuffer' in device && 'queue' in device

/** What a session says when it breaks off. */
export const stepFailure = (id: string, error: unknown): RuntimeError => {
  const reason = firstLine(error)
  return /out of memory|bad_alloc|failed to allocate|memory access out of bounds/i.test(reason)
    ? new RuntimeError(
        'runtime/out-of-memory',
        `${id} ran out of memory while it computed: ${reason}. Load it anew with a smaller memory or a smaller dtype.`,
        { cause: error },
      )
    : new RuntimeError(
        'runtime/failed',
        `${id} broke off while it computed: ${reason}. Load it anew, or with another device, like wasm.`,
        { cause: error },
      )
}
