/**
 * A causal language network whose attention state lies in numbered slots of a memory, so that many answers over one
 * beginning can be computed in one step.
 *
 * 1. step() computes its rows in order; row `i` has `tokens[i]` at position `positions[i]` and writes slot `at + i`.
 * 2. A row sees itself and the slots that `visible` names for it, and nothing else; without `visible` it sees every slot
 *    below its own. What it sees decides its logits: neither other slots nor other rows do (but for rounding).
 * 3. step() resolves with the logits of the last `keep` rows, one after the other; they may be written over by the next
 *    step and are the reader's until then.
 * 4. A step that rejects leaves the slots below `at` as they were. A lost device rejects every later step with RuntimeError
 *    `runtime/failed`.
 * 5. One step at a time. Positions are not slots: state may be moved between slots and keeps its position.
 */
export interface Network {
  readonly vocabularySize: number
  /** Positions it was made for: no position reaches it. */
  readonly window: number
  /** Whether `visible` may be given; a network that cannot computes one continuation of its memory at a time. */
  readonly branches: boolean
  /** Attention state of one token, in bytes. */
  readonly bytesPerSlot: number
  memory(slots: number): AttentionMemory
  step(memory: AttentionMemory, rows: NetworkRows): Promise<Float32Array>
  /** Gives everything back; a memory is freed by its owner. */
  close(): Promise<void>
}

export interface NetworkRows {
  readonly tokens: readonly number[]
  readonly positions: readonly number[]
  /** The slot of the first row; `at + tokens.length` fits into the memory. */
  readonly at: number
  /** A row each: pairs `from, to` of slots it sees, `to` excluded, ascending, none reaching its own slot. */
  readonly visible?: readonly (readonly number[])[]
  /** Rows at the end whose logits are wanted, 0 to all. */
  readonly keep: number
}

/** Attention state by slot, on the device of its network. */
export interface AttentionMemory {
  readonly slots: number
  /** Copies the state of `count` slots of a memory of the same network, this one too; the ranges may overlap. */
  copyFrom(source: AttentionMemory, from: number, to: number, count: number): void
  /** Gives the memory back; twice is once. */
  free(): void
}
