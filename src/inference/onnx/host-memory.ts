import type { AttentionMemory } from '../network.ts'
import { assertCopy, notOurs, type StateMemory, type StateNumbers } from './state-memory.ts'

/** Attention memory whose numbers are at hand. */
export interface HostMemory extends StateMemory {
  /** What lies side by side. Memories of other orders cannot be copied from. */
  readonly order: 'heads' | 'slots'
  /** A key and a value for each layer; none once it is freed. */
  parts(): readonly StateNumbers[]
}

/** Copies a range of slots, part by part, where both memories are alike and it lies within them. */
export const copyParts = (
  memory: HostMemory,
  source: AttentionMemory,
  [from, to, count]: readonly [from: number, to: number, count: number],
  copy: (origin: StateNumbers, target: StateNumbers) => void,
): void => {
  const parts = memory.parts()
  const others = isHost(source) && source.order === memory.order ? source.parts() : []
  if (memory.freed || others.length !== parts.length) throw notOurs()
  assertCopy(memory, source, from, to, count)
  for (const [index, target] of parts.entries()) {
    const origin = others[index]
    if (origin === undefined) throw notOurs()
    copy(origin, target)
  }
}

const isHost = (memory: AttentionMemory): memory is HostMemory => 'order' in memory && 'parts' in memory
