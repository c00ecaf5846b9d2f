import type { BackendConfig, WeightType } from '../backend-config.ts'
import type { GpuFacts, Hardware } from './hardware.ts'
import { bytesNeeded, isHalf, leastSlots, type ModelNeed } from './model-need.ts'

/** What its user allows. */
export interface BackendLimits {
  /** Of the GPU, in place of an estimate; bytes. */
  readonly gpuMemoryBytes?: number | undefined
  /** Of main memory; bytes. */
  readonly memoryBytes?: number | undefined
  /** Of one network on the CPU. */
  readonly threads?: number | undefined
  /** Whether a GPU that a CPU plays counts; false when absent. */
  readonly softwareGpu?: boolean | undefined
}

/** Backends that fit, the best of each kind first; and why others do not. */
export interface BackendCandidates {
  readonly fitting: readonly BackendConfig[]
  readonly refused: readonly { readonly name: string; readonly reason: string }[]
}

/** The order in which weights are tried: few bytes a token first, then what is exact. Integers are slow on GPUs. */
const gpuOrder: readonly WeightType[] = ['q4f16', 'q4', 'fp16', 'fp32', 'q8']
/** CPUs compute in single precision: half is unpacked first. */
const cpuOrder: readonly WeightType[] = ['q4', 'q8', 'fp32', 'q4f16', 'fp16']

/** A network smaller than this computes a token sooner than a second thread has heard of it. */
const oneThreadBytes = 32 * 2 ** 20
/** More threads than this wait for memory. */
const mostThreads = 8

/** The backends that a model fits on, by what the device has and its user allows. */
export const backendCandidates = (hardware: Hardware, need: ModelNeed, limits: BackendLimits): BackendCandidates => {
  const refused: { name: string; reason: string }[] = []
  const fitting: BackendConfig[] = []
  const types = (order: readonly WeightType[]) => order.filter(type => need.weights[type] !== undefined)

  const { gpu } = hardware
  const noGpu = gpu ? gpuProblem(gpu, need, limits) : 'there is none that can be reached'
  if (gpu === undefined || noGpu !== undefined) refused.push({ name: 'gpu', reason: noGpu ?? '' })
  else {
    const memory = gpuMemory(gpu, limits)
    for (const weights of types(gpuOrder)) {
      const problem = isHalf(weights) && !gpu.f16 ? 'it does not compute in half precision' : undefined
      const slots = problem === undefined ? slotsThatFit(need, weights, memory.bytes) : 0
      if (slots === undefined || slots >= leastSlots(need)) {
        const reasons = [`${nameOf(gpu)} takes ${weights}`, ...fitReasons(need, weights, slots, memory)]
        fitting.push({ kind: 'gpu', device: gpu.device, weights, ...held(need, slots), reasons })
      } else refused.push({ name: `gpu with ${weights}`, reason: problem ?? tooLarge(need, weights, memory) })
    }
  }

  if (!hardware.cpu) refused.push({ name: 'cpu', reason: 'there is no onnxruntime-node, and no WebAssembly with SIMD' })
  else {
    const memory = {
      bytes: limits.memoryBytes ?? hardware.memoryBytes,
      source: limits.memoryBytes ? 'allowed' : 'free',
    }
    for (const weights of types(cpuOrder)) {
      const slots = slotsThatFit(need, weights, memory.bytes)
      if (slots === undefined || slots >= leastSlots(need)) {
        const [threads, why] = threadsFor(hardware, need.weights[weights] ?? 0, limits.threads)
        const reasons = [`the CPU takes ${weights}`, ...fitReasons(need, weights, slots, memory), why]
        fitting.push({ kind: 'cpu', threads, weights, ...held(need, slots), reasons })
      } else refused.push({ name: `cpu with ${weights}`, reason: tooLarge(need, weights, memory) })
    }
  }
  return { fitting, refused }
}

interface Memory {
  readonly bytes: number | undefined
  readonly source: string
}

/** Browsers hide the memory of a GPU; what it gives as one buffer is the least that it has. */
const gpuMemory = ({ memoryBytes, maxBufferBytes }: GpuFacts, { gpuMemoryBytes }: BackendLimits): Memory => {
  if (gpuMemoryBytes !== undefined) return { bytes: gpuMemoryBytes, source: 'allowed' }
  return memoryBytes === undefined
    ? { bytes: maxBufferBytes, source: 'estimated by the largest buffer' }
    : { bytes: memoryBytes, source: 'there' }
}

const gpuProblem = (gpu: GpuFacts, need: ModelNeed, { softwareGpu = false }: BackendLimits): string | undefined => {
  if (gpu.isSoftware && !softwareGpu) return `${nameOf(gpu)} is played by the CPU`
  const { largestTensorBytes = 0 } = need
  const most = gpu.maxBufferBytes ?? Number.POSITIVE_INFINITY
  return largestTensorBytes > most ? `one tensor has ${largestTensorBytes} bytes, a buffer at most ${most}` : undefined
}

const nameOf = ({ device, name }: GpuFacts): string => (name === '' ? `the GPU (${device})` : `${name} (${device})`)

/** Undefined where all that is wanted fits. */
const slotsThatFit = (need: ModelNeed, type: WeightType, bytes: number | undefined): number | undefined => {
  if (bytes === undefined || bytesNeeded(need, type) <= bytes) return undefined
  const perSlot = bytesNeeded(need, type, 1) - bytesNeeded(need, type, 0)
  return Math.max(0, Math.floor((bytes - bytesNeeded(need, type, 0)) / Math.max(perSlot, 1)))
}

const held = (need: ModelNeed, slots: number | undefined): { slots?: number } =>
  slots === undefined || slots >= need.slots ? {} : { slots }

const fitReasons = (
  need: ModelNeed,
  type: WeightType,
  slots: number | undefined,
  memory: Memory,
): readonly string[] => {
  const needs = `${mebibytes(bytesNeeded(need, type, slots ?? need.slots))} needed`
  if (memory.bytes === undefined) return [`${needs}, how much there is nobody says`]
  const of = `${needs} of ${mebibytes(memory.bytes)} ${memory.source}`
  return slots === undefined ? [of] : [of, `room for ${slots} of ${need.slots} tokens`]
}

const tooLarge = (need: ModelNeed, type: WeightType, { bytes = 0, source }: Memory): string =>
  `it needs ${mebibytes(bytesNeeded(need, type, leastSlots(need)))}, ${mebibytes(bytes)} are ${source}`

const mebibytes = (bytes: number): string => `${Math.ceil(bytes / 2 ** 20)} MiB`

const threadsFor = (
  { cores, threads }: Hardware,
  bytes: number,
  wanted: number | undefined,
): readonly [number, string] => {
  if (!threads) return [1, 'one thread: the page is not isolated from other origins']
  if (wanted !== undefined) return [wanted, `${wanted} threads, as asked for`]
  if (bytes < oneThreadBytes) return [1, 'one thread: so small a network is not worth handing over']
  const most = Math.max(1, Math.min(cores, mostThreads))
  return [most, `${most} threads of ${cores} processors`]
}
