import type { AttentionMemory, Network } from '../network.ts'
import { none, root, type TokenTree } from './token-tree.ts'

/** Which nodes lie where, as a row needs to know. */
export type SlotBook = Pick<TokenTree, 'slot' | 'setSlot' | 'parent'>

/** Where the nodes of a tree lie in the attention memory of a network: one row of slots, a parent always below its child. */
export interface SlotRow {
  /** Slots that the bound on memory allows. */
  readonly capacity: number
  /** Slots of the memory there is now. */
  readonly slots: number
  /** The slot after the last that is in use: what a step costs grows with it. */
  readonly top: number
  readonly used: number
  place(node: number, slot: number): void
  vacate(node: number): void
  /** The slots of a node and all above it, as pairs `from, to`, ascending; a fresh array. */
  path(node: number): number[]
  /** Whether so many slots fit beside others that are taken. */
  fits(slots: number, others: number): boolean
  /** The memory, with room for this many slots, beside others that are taken. */
  memory(slots: number, others?: number): AttentionMemory
  /** Moves everything down into the holes, where they make a step of so many rows dearer than moving does. */
  settle(rows: number): void
  /** Moves everything down into the holes. */
  compact(): void
  /** Gives the memory back and forgets where everything lay. */
  clear(): void
}

/** More slots than are needed slow a step down, and each growth copies: an eighth more, and then some. */
export const roomFor = (slots: number): number => Math.ceil((slots * 1.125 + 32) / 32) * 32

/** Slots that can be asked for where so many are left. */
export const roomWithin = (slots: number): number => Math.max(0, Math.floor((slots - 64) / 1.125))

export const slotRow = (network: Network, tree: SlotBook, bytes: number): SlotRow => {
  const capacity = Math.max(1, Math.floor(bytes / network.bytesPerSlot))
  let memory: AttentionMemory | undefined
  let nodes = new Int32Array(0)
  /** The first slot of the unbroken piece of path that a slot ends. */
  let starts = new Int32Array(0)
  let top = 0
  let used = 0

  const grow = (needed: number): void => {
    if (needed <= nodes.length) return
    const size = Math.max(needed, nodes.length * 2, 256)
    const longer = new Int32Array(size).fill(none)
    longer.set(nodes)
    nodes = longer
    const longerStarts = new Int32Array(size)
    longerStarts.set(starts)
    starts = longerStarts
  }

  const put = (node: number, slot: number): void => {
    nodes[slot] = node
    tree.setSlot(node, slot)
    const isNext = slot > 0 && tree.slot(tree.parent(node)) === slot - 1
    starts[slot] = isNext ? (starts[slot - 1] as number) : slot
  }

  /** Copies what is in use to the beginning of a memory, piece by piece. */
  const move = (source: AttentionMemory, target: AttentionMemory): void => {
    let to = 0
    for (let from = 0; from < top; ) {
      if (nodes[from] === none) {
        from += 1
        continue
      }
      let end = from + 1
      while (end < top && nodes[end] !== none) end += 1
      if (source !== target || from !== to) target.copyFrom(source, from, to, end - from)
      for (; from < end; from += 1, to += 1) {
        const node = nodes[from] as number
        nodes[from] = none
        put(node, to)
      }
    }
    top = to
  }

  const compact = (): void => {
    if (memory !== undefined && top !== used) move(memory, memory)
  }

  return {
    capacity,
    get slots() {
      return memory?.slots ?? 0
    },
    get top() {
      return top
    },
    get used() {
      return used
    },
    place(node, slot) {
      grow(slot + 1)
      put(node, slot)
      used += 1
      if (slot >= top) top = slot + 1
    },
    vacate(node) {
      nodes[tree.slot(node)] = none
      tree.setSlot(node, none)
      used -= 1
      while (top > 0 && nodes[top - 1] === none) top -= 1
    },
    path(node) {
      const ranges: number[] = []
      for (let at = node; at !== root; ) {
        const slot = tree.slot(at)
        const start = starts[slot] as number
        ranges.push(slot + 1, start)
        at = tree.parent(nodes[start] as number)
      }
      return ranges.reverse()
    },
    fits: (slots, others) => slots + others <= capacity,
    memory(slots, others = 0) {
      if (memory !== undefined && memory.slots >= slots) return memory
      const larger = network.memory(Math.max(slots, Math.min(capacity - others, roomFor(slots))))
      if (memory !== undefined) {
        move(memory, larger)
        memory.free()
      }
      memory = larger
      return larger
    },
    settle(rows) {
      const holes = top - used
      const isFull = top + rows > capacity
      if (isFull || holes > Math.max(64, used / 4)) compact()
    },
    compact,
    clear() {
      memory?.free()
      memory = undefined
      nodes.fill(none)
      top = 0
      used = 0
    },
  }
}
