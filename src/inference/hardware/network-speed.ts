import type { Clock } from '../../ports/clock.ts'
import { systemClock } from '../../ports/system-clock.ts'
import type { AttentionMemory, Network } from '../network.ts'

export interface NetworkSpeedOptions {
  /** Milliseconds after which no further round begins; 200 when absent. */
  readonly maxMs?: number
  readonly clock?: Pick<Clock, 'now'>
  readonly signal?: AbortSignal
}

/** A round: as much reading to a token written as short answers have. */
const read = 48
const written = 6
/** More rounds tell no more. */
const mostRounds = 8

/**
 * Tokens a second that a network computes: a short benchmark, to choose among the backends of a small model.
 *
 * 1. A round reads 48 made-up tokens in one step and writes 6, one by one. The first is not counted where another fits into
 *    the time: it compiles kernels.
 * 2. The quickest round counts, for whatever else the device does only slows it down.
 * 3. It takes two rounds at least, or one that is longer than the time allowed; a step under way is not cut off.
 *
 * @returns above 0; infinite where the clock did not move
 * @throws what the network's steps throw; the signal's reason when it aborts
 * @example
 * const tokensPerSecond = await networkSpeed(network, { maxMs: 100 })
 */
export const networkSpeed = async (network: Network, options: NetworkSpeedOptions = {}): Promise<number> => {
  const { maxMs = 200, clock = systemClock, signal } = options
  const reading = Math.max(1, Math.min(read, network.window - written))
  const memory = network.memory(reading + written)
  const timed = async (): Promise<number> => {
    const began = clock.now()
    await round(network, memory, reading, signal)
    return clock.now() - began
  }
  try {
    const first = await timed()
    if (first > maxMs) return rate(reading, first)
    const end = clock.now() + maxMs
    let quickest = await timed()
    for (let rounds = 1; rounds < mostRounds && clock.now() < end; rounds += 1) {
      quickest = Math.min(quickest, await timed())
    }
    return rate(reading, quickest)
  } finally {
    memory.free()
  }
}

const rate = (reading: number, ms: number): number => ((reading + written) * 1000) / ms

const round = async (
  network: Network,
  memory: AttentionMemory,
  reading: number,
  signal: AbortSignal | undefined,
): Promise<void> => {
  const token = (position: number): number => (position * 7919 + 13) % network.vocabularySize
  const step = async (from: number, count: number): Promise<void> => {
    signal?.throwIfAborted()
    const positions = Array.from({ length: count }, (_, index) => from + index)
    await network.step(memory, { tokens: positions.map(token), positions, at: from, keep: 1 })
  }
  await step(0, reading)
  for (let position = reading; position < reading + written; position += 1) await step(position, 1)
}
