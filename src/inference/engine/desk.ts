import type { AttentionMemory, Network } from '../network.ts'
import { roomFor, type SlotRow } from './slot-row.ts'
import { none, root, type TokenTree } from './token-tree.ts'

/**
 * A second memory, where prompts are read apart from the answers under way: a row costs what lies below it, seen or not, and
 * here nothing does but its own beginning. What was read is copied to the row of all.
 *
 * Slot `i` holds the token at position `i` of one path, laid out when it is needed; beyond it lies what the last step wrote.
 */
export interface Desk {
  readonly slots: number
  readonly memory: AttentionMemory
  /** Lays out the path to a node, as far as it does not lie here, and makes room for so many rows after it. */
  lay(node: number, rows: number): void
  /** Whether a node lies on the path laid out last. */
  covers(node: number): boolean
  /** Notes what a step has written into a slot; `none` for a row that leaves no state. */
  write(slot: number, node: number): void
  /** A node that is no more. */
  forget(node: number): void
  clear(): void
}

export const attentionDesk = (network: Network, tree: TokenTree, row: SlotRow): Desk => {
  let memory: AttentionMemory | undefined
  let nodes = new Int32Array(0)
  let laid = 0

  const clear = (): void => {
    memory?.free()
    memory = undefined
    nodes = new Int32Array(0)
    laid = 0
  }

  const roomy = (slots: number): AttentionMemory => {
    if (memory !== undefined && memory.slots >= slots) return memory
    clear()
    memory = network.memory(roomFor(slots))
    nodes = new Int32Array(memory.slots).fill(none)
    return memory
  }

  return {
    get slots() {
      return memory?.slots ?? 0
    },
    get memory() {
      return roomy(0)
    },
    lay(node, rows) {
      const depth = tree.depth(node)
      const target = roomy(depth + rows)
      const source = row.memory(0)
      /** Slots to copy in one go, the last of them last found. */
      let count = 0
      let at = node
      for (let slot = depth - 1; at !== root; slot -= 1, at = tree.parent(at)) {
        if (nodes[slot] === at) {
          count = 0
          continue
        }
        nodes[slot] = at
        count += 1
        const above = tree.parent(at)
        const isBroken = above === root || nodes[slot - 1] === above || tree.slot(above) !== tree.slot(at) - 1
        if (isBroken) {
          target.copyFrom(source, tree.slot(at), slot, count)
          count = 0
        }
      }
      laid = depth
    },
    covers(node) {
      const depth = tree.depth(node)
      return depth <= laid && (node === root || nodes[depth - 1] === node)
    },
    write(slot, node) {
      const belongs = node !== none && tree.depth(node) === slot + 1
      nodes[slot] = belongs ? node : none
    },
    forget(node) {
      const slot = tree.depth(node) - 1
      if (nodes[slot] === node) nodes[slot] = none
    },
    clear,
  }
}
