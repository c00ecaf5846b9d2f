import type { Network } from './network.ts'

const leastBytes = 256 * 2 ** 20
const tokens = 4096

/**
 * The bound on attention memory where nobody sets one, in bytes: 4,096 tokens of what is shared and what is under way, and
 * never less than 256 MiB. Memory is taken as it is needed.
 */
export const attentionRoom = ({ bytesPerSlot, window }: Pick<Network, 'bytesPerSlot' | 'window'>): number =>
  Math.max(leastBytes, Math.min(window, tokens) * bytesPerSlot)
