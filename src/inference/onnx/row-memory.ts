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
 * Attention memory on the host in slot order, for graphs whose attention is unfolded: a step is given the past as a view of
 * what is used, and gives back the state of its rows alone.
 */
export const rowMemory = (tensors: OnnxTensors, shape: StateShape, slots: number): StateMemory => {
  const names = stateNames(shape.layers)
  const row = shape.heads * shape.width
  let parts: readonly StateNumbers[] = names.map(() => stateNumbers(shape.type, slots * row))
  let freed = false

  const memory: RowMemory = {
    slots,
    get freed() {
      return freed
    },
    parts: () => parts,
    past(at) {
      // A product with nothing stops the process in onnxruntime 1.30: the bias hides what stands in for no past.
      const count = Math.max(at, 1)
      const past: Record<string, OnnxTensor> = {}
      for (const [index, name] of names.entries()) {
        const numbers = parts[index]
        if (numbers === undefined) throw notOurs()
        past[name.past] = hostTensor(tensors, shape.type, numbers.subarray(0, count * row), [
          count,
          shape.heads,
          shape.width,
        ])
      }
      return past
    },
    keep(outputs, at) {
      for (const [index, name] of names.entries()) parts[index]?.set(asNumbers(outputs[name.present]?.data), at * row)
    },
    copyFrom(source, from, to, count) {
      const others = partsOf(source)
      if (freed || others === undefined || others.length !== parts.length) throw notOurs()
      assertCopy(memory, source, from, to, count)
      for (const [index, target] of parts.entries()) {
        const origin = others[index]
        if (origin === undefined) throw notOurs()
        target.set(origin.subarray(from * row, (from + count) * row), to * row)
      }
    },
    free() {
      freed = true
      parts = []
    },
  }
  return memory
}

interface RowMemory extends StateMemory {
  parts(): readonly StateNumbers[]
}

const partsOf = (memory: object): readonly StateNumbers[] | undefined =>
  'parts' in memory && typeof memory.parts === 'function' ? (memory as RowMemory).parts() : undefined
