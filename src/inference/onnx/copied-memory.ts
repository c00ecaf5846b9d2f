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

/**
 * Attention memory on the host by head, for graphs whose attention cannot be written out: a step is given a copy of the past
 * in use, and of what it gives back the new slots are kept.
 */
export const copiedMemory = (tensors: OnnxTensors, shape: StateShape, slots: number): StateMemory => {
  const names = stateNames(shape.layers)
  const { heads, width, type } = shape
  let parts: readonly StateNumbers[] = names.map(() => stateNumbers(type, heads * slots * width))
  let freed = false

  const memory: HostMemory = {
    order: 'heads',
    slots,
    get freed() {
      return freed
    },
    parts: () => parts,
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
      copyParts(memory, source, [from, to, count], (origin, target) =>
        copyHeads(origin, source.slots, from, target, slots, to, count),
      )
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
