import { RuntimeError } from '../../src/index.ts'

/** A GPU that is ours. */
export interface GpuDevice {
  readonly device: GPUDevice
  /** What it is, as far as the browser tells. */
  readonly name: string
  readonly hidesSubgroups: boolean
  /** Why it was lost, once it is. */
  readonly lost: string | undefined
  /** Rejects when it is lost; the work otherwise. */
  orLost<Result>(work: Promise<Result>): Promise<Result>
  close(): void
}

/** What onnxruntime makes use of, where it is there. */
const features: readonly GPUFeatureName[] = ['shader-f16', 'subgroups']
const limits = [
  ...['maxBindGroups', 'maxBufferSize', 'maxStorageBufferBindingSize', 'maxStorageBuffersPerShaderStage'],
  ...['maxComputeInvocationsPerWorkgroup', 'maxComputeWorkgroupStorageSize', 'maxComputeWorkgroupsPerDimension'],
  ...['maxComputeWorkgroupSizeX', 'maxComputeWorkgroupSizeY', 'maxComputeWorkgroupSizeZ'],
] as const

/**
 * Opens the GPU of this browser.
 *
 * A device without `subgroups` keeps onnxruntime from kernels that some GPUs compute wrongly.
 *
 * @throws RuntimeError `runtime/no-backend`
 */
export const openGpu = async ({ hidesSubgroups }: Pick<GpuDevice, 'hidesSubgroups'>): Promise<GpuDevice> => {
  const adapter = await navigator.gpu?.requestAdapter({ powerPreference: 'high-performance' })
  if (!adapter) throw noGpu('the browser offers no adapter')
  const { vendor, architecture } = adapter.info
  const name = ['webgpu', vendor, architecture].filter(part => part !== '').join(' ')
  const device = await adapter
    .requestDevice({
      requiredFeatures: features.filter(
        feature => adapter.features.has(feature) && !(hidesSubgroups && feature === 'subgroups'),
      ),
      requiredLimits: Object.fromEntries(limits.map(limit => [limit, Number(Reflect.get(adapter.limits, limit))])),
    })
    .catch(error => {
      throw noGpu(String(error), error)
    })
  let lost: string | undefined
  const losing = device.lost.then(({ reason, message }): never => {
    lost = message || reason || 'nobody said why'
    throw new Error(`the GPU was lost: ${lost}`)
  })
  losing.catch(() => {}) // those who wait are told
  return {
    ...{ device, name, hidesSubgroups },
    get lost() {
      return lost
    },
    orLost: work => Promise.race([work, losing]),
    close: () => device.destroy(),
  }
}

const noGpu = (reason: string, cause?: unknown): RuntimeError =>
  new RuntimeError(
    'runtime/no-backend',
    `This browser gives no GPU: ${reason}. Choose device: 'wasm', or allow WebGPU in the browser.`,
    { tried: [{ name: 'webgpu', reason }], cause },
  )
