import { asNumbers } from './host-numbers.ts'
import { hostTensor } from './host-tensor.ts'
import type { OnnxTensor, OnnxTensors } from './onnx-runtime.ts'
import {
  assertCopy,
  notOurs,
  type StateMemory,
  type StateNumbers,
  type StateShape,
  stateNames,
  stateNumbers,
} from './state-memory.ts'

/**
 * Attention memory on the host by head, for graphs whose attention cannot be written out: a step is given a copy of the past
 * in use, and of what it gives back the new slots are kept.
 */
export const copiedMemory = (tensors: OnnxTensors, shape: StateShape, slots: number): StateMemory => {
  const names = stateNames(shape.layers)
  const { heads, width, type } = shape
  let parts: readonly StateNumbers[] = names.map(() => stateNumbers(type, heads * slots * width))
  let freed = false

  const memory: CopiedMemory = {
    slots,
    get freed() {
      return freed
    },
    byHead: () => parts,
    past(at) {
      const past: Record<string, OnnxTensor> = {}
      for (const [index, name] of names.entries()) {
        const numbers = parts[index]
        if (numbers === undefined) throw notOurs()
        const used = stateNumbers(type, heads * at * width)
        copyHeads(numbers, slots, 0, used, at, 0, at)
        past[name.past] = hostTensor(tensors, type, used, [1, heads, at, width])
      }
      return past
    },
    keep(outputs, at, count) {
      for (const [index, name] of names.entries()) {
        const [numbers, present] = [parts[index], outputs[name.present]]
        if (numbers === undefined || present === undefined) throw notOurs()
        copyHeads(asNumbers(present.data), at + count, at, numbers, slots, at, count)
      }
    },
    copyFrom(source, from, to, count) {
      const others = partsOf(source)
      if (freed || others === undefined || others.length !== parts.length) throw notOurs()
      assertCopy(memory, source, from, to, count)
      for (const [index, target] of parts.entries()) {
        const origin = others[index]
        if (origin === undefined) throw notOurs()
        copyHeads(origin, source.slots, from, target, slots, to, count)
      }
    },
    free() {
      freed = true
      parts = []
    },
  }
  return memory

  function copyHeads(
    source: StateNumbers,
    sourceSlots: number,
    from: number,
    target: StateNumbers,
    targetSlots: number,
    to: number,
    count: number,
  ): void {
    for (let head = 0; head < heads; head++) {
      const start = (head * sourceSlots + from) * width
      target.set(source.subarray(start, start + count * width), (head * targetSlots + to) * width)
    }
  }
}

interface CopiedMemory extends StateMemory {
  byHead(): readonly StateNumbers[]
}

const partsOf = (memory: object): readonly StateNumbers[] | undefined =>
  'byHead' in memory && typeof memory.byHead === 'function' ? (memory as CopiedMemory).byHead() : undefined
