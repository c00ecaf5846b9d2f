import type { GpuFacts, HardwareProbe } from '../../src/inference/index.ts'

/** The part of WebGPU that tells what a GPU can do. */
export interface GpuAdapterFacts {
  readonly features: { has(feature: string): boolean }
  readonly limits: { readonly maxBufferSize?: number; readonly maxStorageBufferBindingSize?: number }
  readonly info?: { readonly vendor?: string; readonly architecture?: string; readonly isFallbackAdapter?: boolean }
  readonly isFallbackAdapter?: boolean
}

/** The part of a page's or worker's global scope that is looked at. */
export interface BrowserScope {
  readonly crossOriginIsolated?: boolean
  readonly navigator?: {
    readonly hardwareConcurrency?: number
    /** GiB, rounded and at most 8. */
    readonly deviceMemory?: number
    readonly gpu?: { requestAdapter(): Promise<GpuAdapterFacts | null> }
  }
  readonly performance?: {
    now?(): number
    measureUserAgentSpecificMemory?(): Promise<{ readonly bytes: number }>
    readonly memory?: { readonly usedJSHeapSize: number }
  }
  readonly WebAssembly?: { validate(bytes: Uint8Array<ArrayBuffer>): boolean }
}

/** What WebAssembly can address with 32 bits, but for what the runtime itself takes. */
const wasmBytes = 3.5 * 2 ** 30

/**
 * What a browser tells of the device, on a page or in a worker: its processors, whether threads are allowed, SIMD, and the
 * adapter of WebGPU. Browsers hide the memory of a GPU, and tell that of the machine roughly or not at all.
 *
 * @example
 * const manager = hardwareManager({ probe: browserHardware(), gpuMemoryBytes: 4 * 2 ** 30 })
 */
export const browserHardware = (scope: BrowserScope = globalThis): HardwareProbe => ({
  async look() {
    const { navigator = {}, crossOriginIsolated = false, WebAssembly } = scope
    const { gpu, note } = await gpuOf(navigator)
    const cpu = WebAssembly?.validate(simdModule) ?? false
    const half = navigator.deviceMemory === undefined ? Number.POSITIVE_INFINITY : navigator.deviceMemory * 2 ** 29
    return {
      cores: Math.max(1, navigator.hardwareConcurrency ?? 1),
      threads: crossOriginIsolated,
      cpu,
      memoryBytes: Math.min(wasmBytes, half),
      ...(gpu === undefined ? {} : { gpu }),
      notes: [
        note,
        cpu ? 'WebAssembly has SIMD.' : 'WebAssembly has no SIMD.',
        crossOriginIsolated ? 'The page is isolated: threads are allowed.' : 'The page is not isolated: one thread.',
      ],
    }
  },
  async usedBytes() {
    const { performance } = scope
    try {
      const measured = await performance?.measureUserAgentSpecificMemory?.()
      if (measured) return measured.bytes
    } catch {
      // Not isolated, or not allowed here: the heap is what is left to ask.
    }
    return performance?.memory?.usedJSHeapSize
  },
})

const gpuOf = async ({
  gpu,
}: NonNullable<BrowserScope['navigator']>): Promise<{ readonly gpu?: GpuFacts; readonly note: string }> => {
  if (gpu === undefined) return { note: 'The browser has no WebGPU.' }
  try {
    const adapter = await gpu.requestAdapter()
    if (adapter === null) return { note: 'WebGPU has no adapter.' }
    const { features, limits, info = {} } = adapter
    const name = [info.vendor, info.architecture].filter(Boolean).join(' ')
    // Chromium says so of SwiftShader by its name, too.
    const isSoftware = (info.isFallbackAdapter ?? adapter.isFallbackAdapter ?? false) || /swiftshader/i.test(name)
    return {
      gpu: {
        ...{ device: 'webgpu', name, isSoftware },
        f16: features.has('shader-f16'),
        subgroups: features.has('subgroups'),
        maxBufferBytes: limits.maxBufferSize,
      },
      note: `WebGPU has ${name || 'an adapter without a name'}.`,
    }
  } catch (error) {
    return { note: `WebGPU failed: ${error instanceof Error ? error.message : String(error)}.` }
  }
}

/** A module whose one function splats a byte over a vector and takes its first: valid where there is SIMD. */
const simdModule = Uint8Array.of(
  ...[0, 97, 115, 109, 1, 0, 0, 0],
  ...[1, 5, 1, 96, 0, 1, 123],
  ...[3, 2, 1, 0],
  ...[10, 10, 1, 8, 0, 65, 0, 253, 15, 253, 98, 11],
)
