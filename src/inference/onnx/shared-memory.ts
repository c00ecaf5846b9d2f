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
 * Attention memory on the host that a session reads and writes in place: past and present of a step are the same numbers, so
 * that nothing is copied. For onnxruntime-node.
 *
 * Heads lie `stride` slots apart. The stride follows what is used, since a session takes its time by the stride.
 */
export const sharedMemory = (tensors: OnnxTensors, shape: StateShape, slots: number): StateMemory => {
  const names = stateNames(shape.layers)
  const { heads, width } = shape
  let parts: readonly StateNumbers[] = names.map(() => stateNumbers(shape.type, heads * slots * width))
  let bound: { readonly past: Record<string, OnnxTensor>; readonly present: Record<string, OnnxTensor> } | undefined
  let freed = false

  const bind = () => {
    if (bound !== undefined) return bound
    bound = { past: {}, present: {} }
    for (const [index, { past, present }] of names.entries()) {
      const numbers = parts[index]
      if (numbers === undefined) throw notOurs()
      const tensor = new tensors(shape.type, numbers, [1, heads, slots, width])
      bound.past[past] = tensor
      bound.present[present] = tensor
    }
    return bound
  }

  const memory: SharedMemory = {
    slots,
    get freed() {
      return freed
    },
    parts: () => parts,
    past: () => bind().past,
    present: () => bind().present,
    keep() {},
    copyFrom(source, from, to, count) {
      const others = sharedParts(source)
      if (freed || others === undefined || others.length !== parts.length) throw notOurs()
      assertCopy(memory, source, from, to, count)
      for (const [index, target] of parts.entries()) {
        const origin = others[index]
        if (origin === undefined) throw notOurs()
        for (let head = 0; head < heads; head++) {
          const start = (head * source.slots + from) * width
          target.set(origin.subarray(start, start + count * width), (head * slots + to) * width)
        }
      }
    },
    free() {
      freed = true
      parts = []
      bound = undefined
    },
  }
  return memory
}

interface SharedMemory extends StateMemory {
  parts(): readonly StateNumbers[]
}

const sharedParts = (memory: object): readonly StateNumbers[] | undefined =>
  'parts' in memory && typeof memory.parts === 'function' ? (memory as SharedMemory).parts() : undefined
