import { RuntimeError } from '../../errors/runtime-error.ts'
import { firstLine, loadFailure } from '../runtime-failure.ts'
import type { GpuDevice } from './gpu-device.ts'
import type { OnnxNetworkOptions } from './onnx-network.ts'
import type { OnnxSession } from './onnx-runtime.ts'
import { stateNames } from './state-memory.ts'

/** A session for a graph, with the options that its device needs. */
export const createSession = async (
  { id, runtime, externalData, device, gpuDevice, threads, shape, sessionOptions }: OnnxNetworkOptions,
  graph: Uint8Array,
): Promise<OnnxSession> => {
  try {
    return await runtime.InferenceSession.create(graph, {
      executionProviders: [gpuDevice === undefined ? device : { name: device, device: gpuDevice }],
      ...(externalData === undefined || externalData.length === 0 ? {} : { externalData }),
      ...(threads === undefined ? {} : { intraOpNumThreads: threads }),
      ...(device === 'webgpu' && runtime.Tensor.fromGpuBuffer !== undefined
        ? {
            preferredOutputLocation: Object.fromEntries(
              stateNames(shape.layers).map(({ present }) => [present, 'gpu-buffer']),
            ),
          }
        : {}),
      ...sessionOptions,
    })
  } catch (error) {
    throw loadFailure(id, 'its place', error)
  }
}

/** The device a session on a GPU uses: the one it was given, or the one the runtime chose. */
export const deviceOf = async ({ device, gpuDevice, runtime }: OnnxNetworkOptions): Promise<GpuDevice | undefined> => {
  if (device !== 'webgpu') return undefined
  const used = gpuDevice ?? (await runtime.env?.webgpu?.device)
  return isDevice(used) ? used : undefined
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
