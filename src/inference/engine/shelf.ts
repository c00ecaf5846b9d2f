import type { AttentionMemory, Network } from '../network.ts'
import { type SlotRow, slotRow } from './slot-row.ts'
import { none, type TokenTree } from './token-tree.ts'

/** Where beginnings lie that nobody reads at the moment: what lies in the row of all makes every step dearer. */
export interface Shelf {
  readonly slots: number
  readonly used: number
  /** Takes nodes out of the row. */
  store(nodes: readonly number[]): void
  /** Puts nodes back at the end of the row, parents before children; the row's memory has room for them. */
  restore(nodes: readonly number[], memory: AttentionMemory): void
  vacate(node: number): void
  clear(): void
}

export const attentionShelf = (network: Network, tree: TokenTree, row: SlotRow, bytes: number): Shelf => {
  const book = { slot: tree.shelved, setSlot: tree.setShelved, parent: tree.parent }
  const shelf = slotRow(network, book, bytes)

  /** Copies nodes to the slots from `to` on, those that lie side by side in one go. */
  const copy = (
    nodes: readonly number[],
    slot: (node: number) => number,
    source: AttentionMemory,
    target: AttentionMemory,
    to: number,
  ): void => {
    for (let from = 0; from < nodes.length; ) {
      const first = slot(nodes[from] as number)
      let end = from + 1
      while (end < nodes.length && slot(nodes[end] as number) === first + end - from) end += 1
      target.copyFrom(source, first, to + from, end - from)
      from = end
    }
  }

  return {
    get slots() {
      return shelf.slots
    },
    get used() {
      return shelf.used
    },
    store(nodes) {
      const order = [...nodes].sort((one, other) => tree.slot(one) - tree.slot(other))
      shelf.settle(order.length)
      const memory = shelf.memory(shelf.top + order.length)
      const to = shelf.top
      copy(order, tree.slot, row.memory(0), memory, to)
      for (const [index, node] of order.entries()) {
        row.vacate(node)
        shelf.place(node, to + index)
      }
    },
    restore(nodes, memory) {
      const to = row.top
      copy(nodes, tree.shelved, shelf.memory(0), memory, to)
      for (const [index, node] of nodes.entries()) {
        shelf.vacate(node)
        row.place(node, to + index)
      }
      if (shelf.used === 0) shelf.clear()
    },
    vacate(node) {
      if (tree.shelved(node) !== none) shelf.vacate(node)
    },
    clear: shelf.clear,
  }
}
