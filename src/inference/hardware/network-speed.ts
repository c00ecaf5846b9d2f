import type { Clock } from '../../ports/clock.ts'
import { systemClock } from '../../ports/system-clock.ts'
import type { Network } from '../network.ts'

export interface NetworkSpeedOptions {
  /** Milliseconds after which no further step begins, the first two aside; 200 when absent. */
  readonly maxMs?: number
  /**
   * Tokens that lie before what is read, at most: what a step costs behind them counts, as where the attention memory goes to
   * the device and back at each step. They are not computed. 0 when absent.
   */
  readonly behind?: number
  readonly clock?: Pick<Clock, 'now'>
  readonly signal?: AbortSignal
}

/** A round: as much reading to a token written as short answers have. */
const read = 48
const written = 6
/** More rounds tell no more. */
const mostRounds = 8
/** What takes so many times `maxMs` for two steps is slow, whatever of it was the compiling of kernels. */
const hopeless = 10

/**
 * Tokens a second that a network computes: a short benchmark, to choose among the backends of a small model.
 *
 * 1. A round reads 48 made-up tokens in one step and writes 6, one by one. Two steps before, one of each kind, do not count:
 *    they compile kernels.
 * 2. The quickest round counts, for whatever else the device does only slows it down.
 * 3. When the time is up no further step begins, and those that a round still lacks count as long as its last one. Two steps
 *    that took ten times `maxMs` are all that is computed. A step under way is not cut off.
 *
 * @returns above 0; infinite where the clock did not move
 * @throws what the network's steps throw; the signal's reason when it aborts
 * @example
 * const tokensPerSecond = await networkSpeed(network, { maxMs: 100 })
 */
export const networkSpeed = async (network: Network, options: NetworkSpeedOptions = {}): Promise<number> => {
  const { maxMs = 200, behind = 0, clock = systemClock, signal } = options
  const reading = Math.max(1, Math.min(read, network.window - written))
  const before = Math.max(0, Math.min(behind, network.window - reading - written))
  const memory = network.memory(before + reading + written)
  const rate = (ms: number): number => ((reading + written) * 1000) / ms

  /** Milliseconds of a step: the reading, or one of the tokens written after it, from 1 on. */
  const timed = async (step: number): Promise<number> => {
    signal?.throwIfAborted()
    const at = before + (step === 0 ? 0 : reading + step - 1)
    const positions = Array.from({ length: step === 0 ? reading : 1 }, (_, index) => at + index)
    const tokens = positions.map(position => (position * 7919 + 13) % network.vocabularySize)
    const began = clock.now()
    await network.step(memory, { tokens, positions, at, keep: 1 })
    return clock.now() - began
  }

  const round = async (end: number): Promise<number> => {
    let total = 0
    for (let step = 0; step <= written; step += 1) {
      const took = await timed(step)
      total += took
      if (clock.now() >= end) return total + (written - step) * took
    }
    return total
  }

  try {
    const [reads, writes] = [await timed(0), await timed(1)]
    if (reads + writes >= hopeless * maxMs) return rate(reads + written * writes)
    const end = clock.now() + maxMs
    let quickest = await round(end)
    for (let rounds = 1; rounds < mostRounds && clock.now() < end; rounds += 1) {
      quickest = Math.min(quickest, await round(end))
    }
    return rate(quickest)
  } finally {
    memory.free()
  }
}
