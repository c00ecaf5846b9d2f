import type { Network, NetworkRows } from '../network.ts'
import type { StepPlace } from './step-place.ts'
import type { TokenMemory } from './token-memory.ts'
import { none } from './token-tree.ts'

/**
 * The rows of one step, gathered from all who run. Whoever adds a token that another has added already shares its row, be it
 * of a prompt or of an answer.
 *
 * Rows whose logits are wanted come last, so that no others are computed; so do those that follow one of them.
 */
export interface StepPlan {
  readonly size: number
  /** Rows there is still room for in the memory. */
  readonly room: number
  /** What may still be added beside one token for each answer under way. */
  readonly allowance: Allowance
  /** Adds a token after a node, unless it is known; gives its node. */
  add(parent: number, token: number): number
  /** Adds a token whose logits are wanted: one in memory is computed again, beside its state. */
  want(parent: number, token: number): number
  /** Whether a token has been added to this step. */
  has(parent: number, token: number): boolean
  /** Whether something may be added after a node. */
  reaches(node: number): boolean
  /** Computes the rows; their states are in memory when the step is over. */
  compute(): Promise<Float32Array>
  /** The logits of a node that was wanted, once for each who wanted it, to be written over. */
  logits(node: number, all: Float32Array): Float32Array
}

/** How much of prompts a step takes in. */
export interface Allowance {
  rows: number
  /** Prompts side by side: each of them makes the step dearer for all. */
  prompts: number
}

export const stepPlan = (memory: TokenMemory, network: Network, place: StepPlace, allowance: Allowance): StepPlan => {
  const { tree, rewind, drop } = memory
  const { vocabularySize, branches } = network
  const tokens: number[] = []
  const parents: number[] = []
  const nodes: number[] = []
  /** 1 for rows that come last. */
  const late: number[] = []
  /** Rows that compute a node again, and leave no state. */
  const again = new Set<number>()
  const rowOf = new Map<number, number>()
  /** How many want a node and have not got it. */
  const readers = new Map<number, number>()
  let places: number[] = []
  let firstKept = 0

  const push = (parent: number, token: number, node: number): number => {
    rowOf.set(node, tokens.length)
    tokens.push(token)
    parents.push(parent)
    nodes.push(node)
    late.push(0)
    return node
  }

  const add = (parent: number, token: number): number => {
    const known = tree.child(parent, token)
    if (known !== none) return known
    if (!branches && tokens.length === 0) rewind(parent)
    return push(parent, token, tree.add(parent, token))
  }

  const mark = (node: number): number => {
    late[rowOf.get(node) as number] = 1
    readers.set(node, (readers.get(node) ?? 0) + 1)
    return node
  }

  /** The rows in the order in which they are computed. */
  const ordered = (): number[] => {
    const early: number[] = []
    const last: number[] = []
    for (const [index, parent] of parents.entries()) {
      const above = rowOf.get(parent)
      if (above !== undefined && late[above] === 1 && !again.has(above)) late[index] = 1
      if (late[index] === 1) last.push(index)
      else early.push(index)
    }
    firstKept = early.length
    return [...early, ...last]
  }

  const rows = (order: readonly number[]): NetworkRows => {
    const { at } = place
    const sees: number[][] = []
    let isPlain = true
    places = new Array<number>(order.length)
    for (const [row, index] of order.entries()) {
      places[index] = row
      const parent = parents[index] as number
      const above = rowOf.get(parent)
      const rowAbove = above === undefined || again.has(above) ? undefined : (places[above] as number)
      const visible = rowAbove === undefined ? place.path(parent) : extended(sees[rowAbove] as number[], at + rowAbove)
      sees.push(visible)
      isPlain &&= isAllBelow(visible, at + row)
    }
    return {
      tokens: order.map(index => tokens[index] as number),
      positions: order.map(index => tree.depth(parents[index] as number)),
      at,
      keep: order.length - firstKept,
      ...(isPlain ? {} : { visible: sees }),
    }
  }

  return {
    get size() {
      return tokens.length
    },
    get room() {
      return memory.free - tokens.length
    },
    allowance,
    add,
    has: (parent, token) => rowOf.has(tree.child(parent, token)),
    want(parent, token) {
      const known = tree.child(parent, token)
      if (known === none || rowOf.has(known)) return mark(add(parent, token))
      // Without branches there is one path, and what it is to compute again it forgets.
      if (!branches) {
        drop(known)
        return mark(add(parent, token))
      }
      again.add(tokens.length)
      return mark(push(parent, token, known))
    },
    reaches(node) {
      const row = rowOf.get(node)
      return (row !== undefined && !again.has(row)) || place.reaches(node)
    },
    async compute() {
      const order = ordered()
      const logits = await network.step(place.ready(order.length), rows(order))
      place.put(order.map(index => (again.has(index) ? none : (nodes[index] as number))))
      return logits
    },
    logits(node, all) {
      const kept = (places[rowOf.get(node) as number] as number) - firstKept
      const logits = all.subarray(kept * vocabularySize, (kept + 1) * vocabularySize)
      const others = (readers.get(node) ?? 1) - 1
      readers.set(node, others)
      return others > 0 ? logits.slice() : logits
    },
  }
}

const isAllBelow = (visible: readonly number[], slot: number): boolean =>
  slot === 0 ? visible.length === 0 : visible.length === 2 && visible[0] === 0 && visible[1] === slot

/** The slots of one row and its own, as the row after it sees them. */
const extended = (visible: readonly number[], slot: number): number[] => {
  const ranges = visible.slice()
  if (ranges.at(-1) === slot) ranges[ranges.length - 1] = slot + 1
  else ranges.push(slot, slot + 1)
  return ranges
}
