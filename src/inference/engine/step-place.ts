import type { AttentionMemory } from '../network.ts'
import type { TokenMemory } from './token-memory.ts'
import { none, root } from './token-tree.ts'

/** Where the rows of a step are computed. */
export interface StepPlace {
  /** Whether answers under way are left alone. */
  readonly isApart: boolean
  /** The slot of the first row. */
  readonly at: number
  /** Whether a row may hang on a node that is in memory. */
  reaches(node: number): boolean
  /** The slots of a node and all above it, as pairs `from, to`, ascending; a fresh array. */
  path(node: number): number[]
  /** The memory, with room for so many rows. */
  ready(rows: number): AttentionMemory
  /** Notes where the nodes lie that were computed, `none` for a row that leaves no state. */
  put(nodes: readonly number[]): void
}

/** At the end of the row of all. */
export const atRow = ({ row, ready }: TokenMemory): StepPlace => {
  let at = row.top
  return {
    get at() {
      return at
    },
    isApart: false,
    reaches: () => true,
    path: node => row.path(node),
    ready(rows) {
      row.settle(rows)
      const memory = ready(row.top + rows)
      at = row.top
      return memory
    },
    put(nodes) {
      for (const [index, node] of nodes.entries()) if (node !== none) row.place(node, at + index)
    },
  }
}

/** On the desk, after the path to a node; what was computed goes to the row afterwards. */
export const atDesk = ({ row, desk, shelf, tree }: TokenMemory, base: number, most: number): StepPlace => {
  const at = tree.depth(base)
  desk.lay(base, most)
  return {
    at,
    isApart: true,
    reaches: node => desk.covers(node),
    path: node => (node === root ? [] : [0, tree.depth(node)]),
    ready: () => desk.memory,
    put(nodes) {
      row.settle(nodes.length)
      const memory = row.memory(row.top + nodes.length, desk.slots + shelf.slots)
      for (let from = 0; from < nodes.length; ) {
        const top = row.top
        let end = from
        for (; end < nodes.length && nodes[end] !== none; end += 1) row.place(nodes[end] as number, top + end - from)
        if (end > from) memory.copyFrom(desk.memory, at + from, top, end - from)
        from = end + 1
      }
      for (const [index, node] of nodes.entries()) desk.write(at + index, node)
    },
  }
}
