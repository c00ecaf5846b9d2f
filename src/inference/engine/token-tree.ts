/** Numbers that are read by the thousand each step, in an array that grows. */
const grown = (numbers: Int32Array, size: number): Int32Array<ArrayBuffer> => {
  const longer = new Int32Array(size)
  longer.set(numbers)
  return longer
}

/** No node, and no slot. */
export const none = -1

/** The node before every first token. */
export const root = 0

/**
 * The tokens whose attention state is known, as a tree: a node is one token after all those above it. What two prompts share
 * is one path, found by its tokens.
 *
 * 1. A node keeps its number as long as it is there; numbers of removed nodes are given again.
 * 2. Children are few but at the forks, so that they hang in a list and cost nothing where there is one.
 * 3. `holds` counts who needs a node; nobody may remove one that is held or has children.
 */
export interface TokenTree {
  /** Nodes there are, the root not counted. */
  readonly size: number
  token(node: number): number
  parent(node: number): number
  /** Tokens from the root to the node, itself included: its position is one less. */
  depth(node: number): number
  /** Where its state lies; `none` for one that lies nowhere yet. */
  slot(node: number): number
  setSlot(node: number, slot: number): void
  /** Where its state lies on the shelf, or `none`. */
  shelved(node: number): number
  setShelved(node: number, slot: number): void
  /** The node of this token after that node, or `none`. */
  child(node: number, token: number): number
  firstChild(node: number): number
  nextSibling(node: number): number
  add(parent: number, token: number): number
  remove(node: number): void
  hold(node: number): void
  release(node: number): void
  isHeld(node: number): boolean
  /** When it was last worth keeping without being held; 0 for never. */
  keptAt(node: number): number
  keep(node: number, time: number): void
  clear(): void
}

export const tokenTree = (): TokenTree => {
  let room = 1024
  let tokens = new Int32Array(room)
  let parents = new Int32Array(room)
  let depths = new Int32Array(room)
  let slots = new Int32Array(room)
  let shelves = new Int32Array(room)
  let first = new Int32Array(room)
  let next = new Int32Array(room)
  let holds = new Int32Array(room)
  let kept = new Int32Array(room)
  let used = 1
  let size = 0
  /** The last removed node; the others follow by `next`. */
  let unused = none
  first[root] = none
  slots[root] = none
  parents[root] = none

  const at = (numbers: Int32Array, node: number): number => numbers[node] as number

  const grow = (): void => {
    room *= 2
    tokens = grown(tokens, room)
    parents = grown(parents, room)
    depths = grown(depths, room)
    slots = grown(slots, room)
    shelves = grown(shelves, room)
    first = grown(first, room)
    next = grown(next, room)
    holds = grown(holds, room)
    kept = grown(kept, room)
  }

  const fresh = (): number => {
    if (unused !== none) {
      const node = unused
      unused = at(next, node)
      return node
    }
    if (used === room) grow()
    used += 1
    return used - 1
  }

  const unlink = (node: number): void => {
    const parent = at(parents, node)
    if (at(first, parent) === node) {
      first[parent] = at(next, node)
      return
    }
    let before = at(first, parent)
    while (at(next, before) !== node) before = at(next, before)
    next[before] = at(next, node)
  }

  return {
    get size() {
      return size
    },
    token: node => at(tokens, node),
    parent: node => at(parents, node),
    depth: node => at(depths, node),
    slot: node => at(slots, node),
    setSlot(node, slot) {
      slots[node] = slot
    },
    shelved: node => at(shelves, node),
    setShelved(node, slot) {
      shelves[node] = slot
    },
    child(node, token) {
      let child = at(first, node)
      while (child !== none && at(tokens, child) !== token) child = at(next, child)
      return child
    },
    firstChild: node => at(first, node),
    nextSibling: node => at(next, node),
    add(parent, token) {
      const node = fresh()
      tokens[node] = token
      parents[node] = parent
      depths[node] = at(depths, parent) + 1
      slots[node] = none
      shelves[node] = none
      first[node] = none
      next[node] = at(first, parent)
      holds[node] = 0
      kept[node] = 0
      first[parent] = node
      size += 1
      return node
    },
    remove(node) {
      unlink(node)
      next[node] = unused
      unused = node
      size -= 1
    },
    hold(node) {
      holds[node] = at(holds, node) + 1
    },
    release(node) {
      holds[node] = at(holds, node) - 1
    },
    isHeld: node => at(holds, node) > 0,
    keptAt: node => at(kept, node),
    keep(node, time) {
      kept[node] = time
    },
    clear() {
      used = 1
      size = 0
      unused = none
      first[root] = none
      holds[root] = 0
    },
  }
}
