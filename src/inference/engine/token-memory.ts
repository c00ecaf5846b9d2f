import type { AttentionMemory, Network } from '../network.ts'
import { attentionDesk, type Desk } from './desk.ts'
import { attentionShelf, type Shelf } from './shelf.ts'
import { roomWithin, type SlotRow, slotRow } from './slot-row.ts'
import { none, root, type TokenTree, tokenTree } from './token-tree.ts'

/** What is known of tokens, by tree and by slot, with what is worth keeping of it. */
export interface TokenMemory {
  readonly tree: TokenTree
  readonly row: SlotRow
  readonly desk: Desk
  readonly shelf: Shelf
  /** Slots that may still be filled. */
  readonly free: number
  /** The last node of a beginning of these tokens that is in memory, their last token left out, on from a node of it. */
  find(from: number, tokens: readonly number[]): number
  /** Takes hold of a node. */
  take(node: number): void
  /** Takes hold of one node and lets another go; what nobody needs is forgotten later. */
  move(from: number, to: number): void
  /** Lets a node go; it and what only it needed is forgotten before the next step that does not take it up. */
  leave(node: number): void
  /** Keeps a node and all above it, held or not, as the latest. */
  keep(node: number): void
  /** Forgets what was left and nobody has taken up since. */
  tidy(): void
  /** Puts what is kept and nobody holds on the shelf, where it is much of the row. */
  shelve(): void
  /** Leaves nothing in the row but the path to a node, without a hole. */
  rewind(node: number): void
  /** Forgets a node and all below it. */
  drop(node: number): void
  /** The memory of the row, with room for so many slots: what is apart from it makes way. */
  ready(slots: number): AttentionMemory
  /** Forgets what has been kept longest without use until `slots` are free, unless all of it were not enough; whether they are. */
  makeRoom(slots: number): boolean
  /** Forgets everything and gives the memory back. */
  clear(): void
}

export const tokenMemory = (network: Network, bytes: number): TokenMemory => {
  const tree = tokenTree()
  const row = slotRow(network, tree, bytes)
  const desk = attentionDesk(network, tree, row)
  const shelf = attentionShelf(network, tree, row, bytes)
  let left: number[] = []
  /** Whether somebody has left since it was looked for what nobody reads. */
  let isStale = false
  let time = 0

  /** Whether its state is known, and not only asked for. */
  const isThere = (node: number): boolean => tree.slot(node) !== none || tree.shelved(node) !== none

  const isIdle = (node: number): boolean =>
    node !== root && !tree.isHeld(node) && tree.firstChild(node) === none && isThere(node)

  const forget = (node: number): number => {
    const parent = tree.parent(node)
    if (tree.slot(node) !== none) row.vacate(node)
    shelf.vacate(node)
    desk.forget(node)
    tree.remove(node)
    return parent
  }

  /** Forgets a node nobody needs, and those above it. */
  const prune = (node: number): void => {
    for (let at = node; isIdle(at) && tree.keptAt(at) === 0; ) at = forget(at)
  }

  /** Every node below one, children before parents. */
  const below = (node: number): number[] => {
    const found: number[] = []
    const open = [node]
    for (let at = open.pop(); at !== undefined; at = open.pop()) {
      for (let child = tree.firstChild(at); child !== none; child = tree.nextSibling(child)) {
        found.push(child)
        open.push(child)
      }
    }
    return found.reverse()
  }

  /** What nobody holds, nor anything below it, children before parents. */
  const spare = (): number[] => {
    const needed = new Set<number>()
    return below(root).filter(node => {
      const isSpare = !tree.isHeld(node) && !needed.has(node) && isThere(node)
      if (!isSpare) needed.add(tree.parent(node))
      return isSpare
    })
  }

  const free = (): number => row.capacity - row.used - shelf.used

  /** Stores nodes of the row on the shelf; of all that nobody holds, the longest unused is forgotten where room ends. */
  const store = (nodes: readonly number[]): void => {
    const room = roomWithin(row.capacity - row.slots - desk.slots)
    const order = spare().toSorted((one, other) => tree.keptAt(one) - tree.keptAt(other))
    for (const node of order.slice(0, Math.max(0, order.length - room))) forget(node)
    const stored = nodes.filter(node => tree.slot(node) !== none)
    if (stored.length > 0) shelf.store(stored)
  }

  /** Brings a node and what lies above it back from the shelf. */
  const restore = (node: number): void => {
    const nodes: number[] = []
    for (let at = node; at !== root && tree.shelved(at) !== none; at = tree.parent(at)) nodes.push(at)
    if (nodes.length === 0) return
    row.settle(nodes.length)
    shelf.restore(nodes.reverse(), row.memory(row.top + nodes.length, desk.slots + shelf.slots))
  }

  return {
    tree,
    row,
    desk,
    shelf,
    get free() {
      return free()
    },
    find(from, tokens) {
      let node = from
      for (let at = tree.depth(from); at < tokens.length - 1; at += 1) {
        const child = tree.child(node, tokens[at] as number)
        if (child === none) break
        node = child
      }
      return node
    },
    take(node) {
      restore(node)
      tree.hold(node)
    },
    move(from, to) {
      restore(to)
      tree.hold(to)
      tree.release(from)
    },
    leave(node) {
      isStale = true
      tree.release(node)
      left.push(node)
    },
    keep(node) {
      time += 1
      for (let at = node; at !== root; at = tree.parent(at)) tree.keep(at, time)
    },
    tidy() {
      if (left.length === 0) return
      const nodes = left
      left = []
      for (const node of nodes) prune(node)
    },
    shelve() {
      if (!isStale) return
      isStale = false
      const nodes = spare().filter(node => tree.slot(node) !== none)
      if (nodes.length > Math.max(64, (row.used - nodes.length) / 4)) store(nodes)
    },
    rewind(node) {
      left = []
      if (row.used === tree.depth(node) && row.top === row.used) return
      const path = new Set<number>()
      for (let at = node; at !== root; at = tree.parent(at)) path.add(at)
      const others = below(root).filter(other => !path.has(other) && tree.slot(other) !== none)
      for (const other of others) if (tree.keptAt(other) === 0) forget(other)
      store(others.filter(other => tree.slot(other) !== none))
      row.compact()
    },
    drop(node) {
      for (const other of below(node)) forget(other)
      forget(node)
    },
    ready(slots) {
      if (row.slots < slots && !row.fits(slots, desk.slots + shelf.slots)) {
        desk.clear()
        if (!row.fits(slots, shelf.slots)) for (const node of spare()) if (tree.shelved(node) !== none) forget(node)
        if (shelf.used === 0) shelf.clear()
      }
      return row.memory(slots, desk.slots + shelf.slots)
    },
    makeRoom(slots) {
      const missing = slots - free()
      if (missing <= 0) return true
      const nodes = spare()
      if (nodes.length < missing) return false
      // A node is kept at least as long as those below it, so that these come first.
      nodes.sort((one, other) => tree.keptAt(one) - tree.keptAt(other))
      for (const node of nodes.slice(0, missing)) forget(node)
      return true
    },
    clear() {
      tree.clear()
      row.clear()
      desk.clear()
      shelf.clear()
      left = []
    },
  }
}
