import { RuntimeError } from '../../errors/runtime-error.ts'
import { firstLine } from '../runtime-failure.ts'

/**
 * The part of onnxruntime-node and onnxruntime-web that networks need, by shape: the library itself is injected, so that
 * the core neither carries nor loads it. Checked against 1.30.0.
 */
export interface OnnxRuntime {
  readonly InferenceSession: {
    create(graph: Uint8Array, options: OnnxSessionOptions): Promise<OnnxSession>
  }
  readonly Tensor: OnnxTensors
  readonly env?: {
    readonly webgpu?: { readonly device?: unknown }
    readonly versions?: { readonly web?: string | undefined }
  }
}

export interface OnnxTensors {
  new (type: OnnxType, data: OnnxNumbers, dims: readonly number[]): OnnxTensor
  /** Absent in builds that cannot use a GPU. */
  fromGpuBuffer?(
    buffer: GpuBuffer,
    options: { readonly dataType: OnnxStateType; readonly dims: readonly number[] },
  ): OnnxTensor
}

/** Numbers of attention state; halves travel as their bits. */
export type OnnxStateType = 'float32' | 'float16'
export type OnnxType = OnnxStateType | 'int64'
export type OnnxNumbers = Float32Array | Uint16Array | BigInt64Array

export interface OnnxTensor {
  readonly dims: readonly number[]
  readonly type: string
  /** Where the numbers are: `cpu`, `gpu-buffer`, … Only those on the CPU have `data`. */
  readonly location: string
  readonly data: unknown
  getData(release?: boolean): Promise<unknown>
  dispose(): void
}

export interface OnnxSession {
  readonly inputNames: readonly string[]
  readonly outputNames: readonly string[]
  run(feeds: OnnxValues, fetches?: Readonly<Record<string, OnnxTensor | null>>): Promise<OnnxValues>
  release(): Promise<void>
}

export type OnnxValues = Readonly<Record<string, OnnxTensor>>

/** Options of a session that we set or pass on; the runtime knows more. */
export interface OnnxSessionOptions {
  readonly executionProviders?: readonly (string | { readonly name: string; readonly [option: string]: unknown })[]
  readonly externalData?: readonly ExternalData[]
  readonly intraOpNumThreads?: number
  readonly interOpNumThreads?: number
  readonly graphOptimizationLevel?: 'disabled' | 'basic' | 'extended' | 'layout' | 'all'
  readonly preferredOutputLocation?: Readonly<Record<string, string>>
  readonly logSeverityLevel?: 0 | 1 | 2 | 3 | 4
  readonly [option: string]: unknown
}

/** A file of weights beside the graph, under the name by which the graph calls it. */
export interface ExternalData {
  readonly path: string
  readonly data: Uint8Array
}

/** Files of weights that the runtime reads from a folder by itself: they take no memory of ours. */
export interface ExternalFolder {
  readonly folder: string
  /** Bytes of each, by the name by which the graph calls it. */
  readonly sizes: ReadonlyMap<string, number>
}

/** A buffer of WebGPU, by the members used here. */
export interface GpuBuffer {
  readonly size: number
  destroy(): void
}

const expected = ['InferenceSession', 'Tensor'] as const

/**
 * The injected onnxruntime, once it is seen to have what is expected of it: the one place where it is taken at its word.
 *
 * @throws RuntimeError `runtime/no-backend` when it cannot be loaded or lacks a part
 */
export const broughtOnnxRuntime = async (
  id: string,
  library: 'onnxruntime-node' | 'onnxruntime-web',
  bring: () => Promise<unknown>,
): Promise<OnnxRuntime> => {
  try {
    const brought = await bring()
    // A CommonJS library that is imported may carry its exports as its default.
    for (const candidate of [brought, isRecord(brought) ? brought.default : undefined]) {
      if (isRecord(candidate) && expected.every(name => name in candidate)) return candidate as unknown as OnnxRuntime
    }
    throw new TypeError(`it lacks ${expected.join(' or ')}; version 1.30 or newer has them`)
  } catch (error) {
    throw new RuntimeError(
      'runtime/no-backend',
      `${id} needs ${library}, which could not be loaded. Run: npm install ${library}`,
      { cause: error, tried: [{ name: library, reason: firstLine(error) }] },
    )
  }
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null
