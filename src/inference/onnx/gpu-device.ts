import { RuntimeError } from '../../errors/runtime-error.ts'
import type { GpuBuffer } from './onnx-runtime.ts'

/** The part of WebGPU that networks need, by shape. */
export interface Gpu {
  requestAdapter(options?: { readonly powerPreference?: 'low-power' | 'high-performance' }): Promise<GpuAdapter | null>
}

export interface GpuAdapter {
  readonly features: { has(name: string): boolean }
  readonly limits: object
  requestDevice(options: {
    readonly requiredFeatures: string[]
    readonly requiredLimits: Record<string, number>
  }): Promise<GpuDevice>
}

export interface GpuDevice {
  readonly limits: { readonly maxStorageBufferBindingSize: number }
  readonly queue: { submit(commands: readonly unknown[]): void }
  readonly lost: Promise<{ readonly message: string }>
  createBuffer(options: { readonly size: number; readonly usage: number }): GpuBuffer
  createCommandEncoder(): GpuCommands
  destroy(): void
}

export interface GpuCommands {
  copyBufferToBuffer(source: GpuBuffer, from: number, target: GpuBuffer, to: number, bytes: number): void
  finish(): unknown
}

export interface GpuDeviceOptions {
  /** Asks for a device without subgroups: on some GPUs the kernels that use them compute wrong numbers. */
  readonly hidesSubgroups?: boolean
  readonly powerPreference?: 'low-power' | 'high-performance'
}

const features = ['shader-f16', 'subgroups', 'timestamp-query']
const limits = [
  'maxBufferSize',
  'maxStorageBufferBindingSize',
  'maxStorageBuffersPerShaderStage',
  'maxBindGroups',
  'maxComputeWorkgroupStorageSize',
  'maxComputeWorkgroupsPerDimension',
  'maxComputeInvocationsPerWorkgroup',
  'maxComputeWorkgroupSizeX',
  'maxComputeWorkgroupSizeY',
  'maxComputeWorkgroupSizeZ',
]

/**
 * A device with all that networks can use: the features they know, and the limits of its adapter.
 *
 * @throws RuntimeError `runtime/no-backend` when there is no adapter or it gives no device
 * @see https://github.com/microsoft/onnxruntime/issues/28520 for `hidesSubgroups`
 * @example
 * const device = await requestGpuDevice(navigator.gpu, { hidesSubgroups: true })
 */
export const requestGpuDevice = async (
  gpu: Gpu | undefined,
  { hidesSubgroups = false, powerPreference = 'high-performance' }: GpuDeviceOptions = {},
): Promise<GpuDevice> => {
  const adapter = await gpu?.requestAdapter({ powerPreference })
  if (adapter === null || adapter === undefined) {
    throw noDevice(gpu === undefined ? 'there is no WebGPU here' : 'there is no adapter')
  }
  try {
    return await adapter.requestDevice({
      requiredFeatures: features.filter(
        name => adapter.features.has(name) && !(hidesSubgroups && name === 'subgroups'),
      ),
      requiredLimits: Object.fromEntries(
        Object.entries(limitsOf(adapter.limits)).filter(([name]) => limits.includes(name)),
      ),
    })
  } catch (error) {
    throw noDevice(error instanceof Error ? error.message : String(error), error)
  }
}

/** Limits are getters of a class: they are read by name. */
const limitsOf = (all: object): Record<string, number> => {
  const read: Record<string, number> = {}
  for (const name of limits) {
    const value: unknown = name in all ? all[name as keyof typeof all] : undefined
    if (typeof value === 'number') read[name] = value
  }
  return read
}

const noDevice = (reason: string, cause?: unknown): RuntimeError =>
  new RuntimeError(
    'runtime/no-backend',
    `No WebGPU device could be had: ${reason}. Use another device, like wasm, or a browser with WebGPU.`,
    { cause, tried: [{ name: 'webgpu', reason }] },
  )
