import { RuntimeError } from '../../../src/errors/runtime-error.ts'
import type { AttentionMemory, Network, NetworkRows } from '../../../src/inference/network.ts'

export interface ToyNetworkOptions {
  readonly vocabularySize?: number
  readonly window?: number
  readonly branches?: boolean
  /** Rejects the steps, counted from 0, for which it is true. */
  readonly failsAt?: (step: number) => boolean
}

export interface ToyNetwork extends Network {
  /** What was computed: rows of each step. */
  readonly steps: readonly NetworkRows[]
  /** Memories that were made and not given back. */
  readonly memories: number
  readonly isClosed: boolean
}

/**
 * A network whose logits are a hash of all that a row sees: of each slot its token, its position and, in turn, all that this
 * one saw. A wrong row of visible slots, a wrong position, a slot written over or copied wrongly gives other logits at once.
 */
export const toyNetwork = ({
  vocabularySize = 48,
  window = 512,
  branches = true,
  failsAt = () => false,
}: ToyNetworkOptions = {}): ToyNetwork => {
  const steps: NetworkRows[] = []
  const states = new WeakMap<AttentionMemory, Uint32Array>()
  let memories = 0
  let isClosed = false

  const stateOf = (memory: AttentionMemory): Uint32Array => {
    const state = states.get(memory)
    if (state === undefined) throw new Error('This memory was given back, or is of another network.')
    return state
  }

  const checked = ({ tokens, positions, visible, at, keep }: NetworkRows, slots: number): void => {
    if (tokens.length === 0 || tokens.length !== positions.length || keep > tokens.length) throw new Error('Bad rows.')
    if (at < 0 || at + tokens.length > slots) throw new Error(`Rows ${at} to ${at + tokens.length} of ${slots} slots.`)
    if (positions.some(position => position < 0 || position >= window)) throw new Error('A position out of the window.')
    if (tokens.some(token => token < 0 || token >= vocabularySize)) throw new Error('A token out of the vocabulary.')
    if (visible === undefined) return
    if (!branches) throw new Error('This network has no branches.')
    for (const [row, ranges] of visible.entries()) {
      let last = 0
      for (const [index, slot] of ranges.entries()) {
        if (slot < last || (index % 2 === 1 && slot === last) || slot > at + row) throw new Error('Bad ranges.')
        last = slot
      }
    }
  }

  return {
    vocabularySize,
    window,
    branches,
    bytesPerSlot: 4,
    steps,
    get memories() {
      return memories
    },
    get isClosed() {
      return isClosed
    },
    memory(slots) {
      const memory: AttentionMemory = {
        slots,
        copyFrom(source, from, to, count) {
          if (from + count > source.slots || to + count > slots) throw new Error('A copy out of the memory.')
          stateOf(memory).set(stateOf(source).slice(from, from + count), to)
        },
        free() {
          if (states.delete(memory)) memories -= 1
        },
      }
      states.set(memory, new Uint32Array(slots))
      memories += 1
      return memory
    },
    async step(memory, rows) {
      const { tokens, positions, at, keep, visible } = rows
      const state = stateOf(memory)
      checked(rows, memory.slots)
      steps.push(rows)
      await Promise.resolve()
      if (failsAt(steps.length - 1)) throw new RuntimeError('runtime/failed', 'The device is lost.')
      const logits = new Float32Array(keep * vocabularySize)
      for (const [row, token] of tokens.entries()) {
        const ranges = visible?.[row] ?? [0, at + row]
        let seen = 0
        for (let index = 0; index < ranges.length; index += 2) {
          for (let slot = ranges[index] ?? 0; slot < (ranges[index + 1] ?? 0); slot += 1) {
            seen = (seen + mixed(state[slot] ?? 0)) | 0
          }
        }
        const position = positions[row] ?? 0
        const hash = mixed(mixed(seen ^ Math.imul(token + 1, 0x9e3779b1)) ^ Math.imul(position + 1, 0x85ebca6b))
        state[at + row] = hash
        const kept = row - (tokens.length - keep)
        for (let one = 0; one < vocabularySize && kept >= 0; one += 1) {
          logits[kept * vocabularySize + one] = (mixed(hash ^ Math.imul(one + 1, 0xc2b2ae35)) >>> 0) / 2 ** 29
        }
      }
      return logits
    },
    async close() {
      isClosed = true
    },
  }
}

const mixed = (value: number): number => {
  let hash = value ^ (value >>> 16)
  hash = Math.imul(hash, 0x7feb352d)
  hash ^= hash >>> 15
  hash = Math.imul(hash, 0x846ca68b)
  return (hash ^ (hash >>> 16)) >>> 0
}
