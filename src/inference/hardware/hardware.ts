/** What a device has that decides where a network runs. */
export interface Hardware {
  /** Processors that may compute at once, at least 1. */
  readonly cores: number
  /** Whether one network may use several of them: always in Node, on pages isolated from other origins in browsers. */
  readonly threads: boolean
  /** Whether there is a CPU backend: onnxruntime-node, or WebAssembly with SIMD. */
  readonly cpu: boolean
  /** Bytes that networks on the CPU may take, as far as that is known. */
  readonly memoryBytes?: number | undefined
  readonly gpu?: GpuFacts | undefined
  /** What was seen and what was not, a sentence each. */
  readonly notes: readonly string[]
}

export interface GpuFacts {
  /** The name of the backend that reaches it: `webgpu`, `cuda`. */
  readonly device: string
  /** As the driver calls it; empty where it does not say. */
  readonly name: string
  /** Whether it computes in half precision. */
  readonly f16: boolean
  readonly subgroups: boolean
  /** Whether a CPU plays it. */
  readonly isSoftware: boolean
  /** Of one buffer; bytes, undefined where nobody says. */
  readonly maxBufferBytes?: number | undefined
  /** Its memory, where that is known; browsers hide it. */
  readonly memoryBytes?: number | undefined
}

/** Looks at a device. */
export interface HardwareProbe {
  look(): Promise<Hardware>
  /** Bytes that this process or page takes now; undefined where nobody says. */
  usedBytes(): Promise<number | undefined>
}
