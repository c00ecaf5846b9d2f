import { branchName } from './graph/unfold-attention.ts'
import { copyParts, type HostMemory } from './host-memory.ts'
import { asNumbers } from './host-numbers.ts'
import { hostTensor } from './host-tensor.ts'
import type { OnnxTensor, OnnxTensors } from './onnx-runtime.ts'
import {
  notOurs,
  type StateMemory,
  type StateNumbers,
  type StateShape,
  stateNames,
  stateNumbers,
} from './state-memory.ts'
import type { StepView } from './step-view.ts'

/**
 * Attention memory on the host in slot order, for graphs whose attention is unfolded: a step is given the past as a view of
 * what is used, and gives back the state of its rows alone.
 */
export const rowMemory = (tensors: OnnxTensors, shape: StateShape, slots: number): StateMemory => {
  const { heads, width } = shape
  const names = stateNames(shape.layers)
  const row = heads * width
  let parts: readonly StateNumbers[] = names.map(() => stateNumbers(shape.type, slots * row))
  let freed = false

  /** A place of its own for each tensor that is put together, written over by the next step. */
  const made = new Map<string, StateNumbers>()
  const room = (name: string, length: number): StateNumbers => {
    let numbers = made.get(name)
    if (numbers === undefined || numbers.length < length) {
      numbers = stateNumbers(shape.type, Math.ceil(length * 1.25))
      made.set(name, numbers)
    }
    return numbers.subarray(0, length)
  }

  const pieces = (source: StateNumbers, ranges: readonly number[], target: StateNumbers, at: number): void => {
    let to = at * row
    for (let index = 0; index + 1 < ranges.length; index += 2) {
      const piece = source.subarray((ranges[index] ?? 0) * row, (ranges[index + 1] ?? 0) * row)
      target.set(piece, to)
      to += piece.length
    }
  }

  const viewed = ({ past, pastWidth, branches, branchWidth }: MemoryView): Record<string, OnnxTensor> => {
    const feeds: Record<string, OnnxTensor> = {}
    const feed = (name: string, numbers: StateNumbers, dims: readonly number[]): void => {
      feeds[name] = hostTensor(tensors, shape.type, numbers, dims)
    }
    for (const [index, name] of names.entries()) {
      const numbers = parts[index]
      if (numbers === undefined) throw notOurs()
      const start = (past[0] ?? 0) * row
      let given = numbers.subarray(start, start + pastWidth * row)
      if (past.length > 2) {
        given = room(name.past, pastWidth * row)
        pieces(numbers, past, given, 0)
      }
      feed(name.past, given, [pastWidth, heads, width])
      const apart = branches?.length ?? 1
      // Where there are none, something has to be given all the same.
      const wide = Math.max(1, branchWidth)
      const own = room(branchName(name.past), apart * wide * row)
      for (const [at, ranges] of branches?.entries() ?? []) pieces(numbers, ranges, own, at * wide)
      feed(branchName(name.past), own, [apart, wide, heads, width])
    }
    return feeds
  }

  const memory: HostMemory = {
    order: 'slots',
    slots,
    get freed() {
      return freed
    },
    parts: () => parts,
    past: at => viewed({ past: [0, at], pastWidth: Math.max(1, at), branches: undefined, branchWidth: 0 }),
    viewed,
    keep(outputs, at) {
      for (const [index, name] of names.entries()) parts[index]?.set(asNumbers(outputs[name.present]?.data), at * row)
    },
    copyFrom(source, from, to, count) {
      copyParts(memory, source, [from, to, count], (origin, target) =>
        target.set(origin.subarray(from * row, (from + count) * row), to * row),
      )
    },
    free() {
      freed = true
      parts = []
      made.clear()
    },
  }
  return memory
}

/** What a step is given of the memory: some slots for all its rows, others for one row each. */
export type MemoryView = Pick<StepView, 'past' | 'pastWidth' | 'branches' | 'branchWidth'>
