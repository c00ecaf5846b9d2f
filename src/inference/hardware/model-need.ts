import type { WeightType } from '../backend-config.ts'

/** What a model takes. */
export interface ModelNeed {
  /** Bytes of the weights, by the types that there are files of; at least one. */
  readonly weights: Readonly<Partial<Record<WeightType, number>>>
  /** Attention state of one token in single precision; bytes. */
  readonly bytesPerSlot: number
  /** Tokens that the attention memory should hold. */
  readonly slots: number
  /** Tokens that it has to hold at least; 1,024, or `slots` where that is less, when absent. */
  readonly minSlots?: number
  /** The largest tensor of single precision weights; bytes. Where it is known, GPUs that cannot hold it are passed over. */
  readonly largestTensorBytes?: number
}

/** Beside the weights and the attention: activations, the runtime itself, what a load copies. */
const overhead = 1.25
const runtimeBytes = 64 * 2 ** 20

/** Bytes that a model takes while it runs. */
export const bytesNeeded = (
  { weights, bytesPerSlot, slots }: ModelNeed,
  type: WeightType,
  held: number = slots,
): number => (weights[type] ?? 0) * overhead + bytesPerSlot * held * (isHalf(type) ? 0.5 : 1) + runtimeBytes

/** Half precision also holds the attention state in half. */
export const isHalf = (type: WeightType): boolean => type === 'fp16' || type === 'q4f16'

export const leastSlots = ({ slots, minSlots }: ModelNeed): number => Math.min(slots, minSlots ?? 1024)
