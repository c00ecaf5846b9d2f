import type { GpuDevice } from '../../src/inference/onnx/gpu-device.ts'
import { broughtOnnxRuntime, type OnnxRuntime } from '../../src/inference/onnx/onnx-runtime.ts'

/** `webgpu` and `cuda` are those of onnxruntime-node, `dawn` is onnxruntime-web on Dawn's Node bindings (npm `webgpu`). */
export type BenchDevice = 'cpu' | 'webgpu' | 'cuda' | 'dawn'

export interface DeviceRuntime {
  readonly runtime: OnnxRuntime
  /** As sessions name it. */
  readonly device: string
  readonly gpuDevice?: GpuDevice
}

const limits = [
  ...['maxBufferSize', 'maxStorageBufferBindingSize', 'maxComputeInvocationsPerWorkgroup'],
  ...['maxComputeWorkgroupStorageSize', 'maxComputeWorkgroupSizeX', 'maxStorageBuffersPerShaderStage'],
]

/** Brings the runtime of a device. */
export const deviceRuntime = async (device: BenchDevice): Promise<DeviceRuntime> => {
  if (device !== 'dawn') {
    const runtime = await broughtOnnxRuntime('the bench', 'onnxruntime-node', () => import('onnxruntime-node'))
    return { runtime, device }
  }
  const adapter = await (await dawn()).requestAdapter({ powerPreference: 'high-performance' })
  if (!adapter) throw new Error('Dawn found no GPU. Install a Vulkan driver, and look at vulkaninfo.')
  const gpuDevice = await adapter.requestDevice({
    requiredFeatures: (['shader-f16', 'subgroups'] as const).filter(feature => adapter.features.has(feature)),
    requiredLimits: Object.fromEntries(limits.map(limit => [limit, Number(Reflect.get(adapter.limits, limit))])),
  })
  const runtime = await broughtOnnxRuntime('the bench', 'onnxruntime-web', () => import('onnxruntime-web/webgpu'))
  return { runtime, device: 'webgpu', gpuDevice: gpuDevice as unknown as GpuDevice } // the platform's type says more
}

/** The GPU of Dawn's bindings, put where the web has it: onnxruntime-web looks there. */
const dawn = async (): Promise<GPU> => {
  const name: string = 'webgpu'
  const bindings: { readonly create: (flags: readonly string[]) => GPU; readonly globals: object } = await import(
    name
  ).catch(cause => {
    throw new Error('The device dawn needs the package webgpu. Write npm install --no-save webgpu.', { cause })
  })
  Object.assign(globalThis, bindings.globals)
  const gpu = bindings.create([])
  Object.defineProperty(navigator, 'gpu', { value: gpu, configurable: true })
  return gpu
}
