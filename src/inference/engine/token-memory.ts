import type { Network } from '../network.ts'
import { attentionDesk, type Desk } from './desk.ts'
import { type SlotRow, slotRow } from './slot-row.ts'
import { none, root, type TokenTree, tokenTree } from './token-tree.ts'

/** What is known of tokens, by tree and by slot, with what is worth keeping of it. */
export interface TokenMemory {
  readonly tree: TokenTree
  readonly row: SlotRow
  readonly desk: Desk
  /** The last node of a beginning of these tokens that is in memory, their last token left out, on from a node of it. */
  find(from: number, tokens: readonly number[]): number
  /** Takes hold of one node and lets another go; what nobody needs is forgotten later. */
  move(from: number, to: number): void
  /** Lets a node go; it and what only it needed is forgotten before the next step that does not take it up. */
  leave(node: number): void
  /** Keeps a node and all above it, held or not, as the latest. */
  keep(node: number): void
  /** Forgets what was left and nobody has taken up since. */
  tidy(): void
  /** Forgets what nobody holds below and beside the path to a node. */
  rewind(node: number): void
  /** Forgets what has been kept longest without use until `slots` are free, unless all of it were not enough; whether they are. */
  makeRoom(slots: number): boolean
  /** Forgets everything and gives the memory back. */
  clear(): void
}

export const tokenMemory = (network: Network, bytes: number): TokenMemory => {
  const tree = tokenTree()
  const row = slotRow(network, tree, bytes)
  const desk = attentionDesk(network, tree, row)
  let left: number[] = []
  let time = 0

  const isIdle = (node: number): boolean =>
    node !== root && !tree.isHeld(node) && tree.firstChild(node) === none && tree.slot(node) !== none

  const forget = (node: number): number => {
    const parent = tree.parent(node)
    row.vacate(node)
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
      const isSpare = !tree.isHeld(node) && !needed.has(node) && tree.slot(node) !== none
      if (!isSpare) needed.add(tree.parent(node))
      return isSpare
    })
  }

  return {
    tree,
    row,
    desk,
    find(from, tokens) {
      let node = from
      for (let at = tree.depth(from); at < tokens.length - 1; at += 1) {
        const child = tree.child(node, tokens[at] as number)
        if (child === none) break
        node = child
      }
      return node
    },
    move(from, to) {
      tree.hold(to)
      tree.release(from)
    },
    leave(node) {
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
    rewind(node) {
      left = []
      const path = new Set<number>()
      for (let at = node; at !== root; at = tree.parent(at)) path.add(at)
      for (const at of below(root)) if (!path.has(at)) forget(at)
    },
    makeRoom(slots) {
      const missing = row.used + slots - row.capacity
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
      left = []
    },
  }
}
