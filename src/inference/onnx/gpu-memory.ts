import { RuntimeError } from '../../errors/runtime-error.ts'
import type { GpuDevice } from './gpu-device.ts'
import type { GpuBuffer, OnnxTensor, OnnxTensors, OnnxValues } from './onnx-runtime.ts'
import { assertCopy, notOurs, type StateMemory, type StateShape, stateNames } from './state-memory.ts'

/** Uses of a buffer: copied from, copied to, read and written by shaders. */
const usage = 0x4 | 0x8 | 0x80

/**
 * Attention memory on a GPU. Past and present of a step are the same buffers, so that state never moves; copies are
 * commands of the GPU's own queue.
 */
export const gpuMemory = (device: GpuDevice, tensors: OnnxTensors, shape: StateShape, slots: number): StateMemory => {
  const names = stateNames(shape.layers)
  const { heads, width, type } = shape
  const slot = width * (type === 'float16' ? 2 : 4)
  const size = heads * slots * slot
  if (size > device.limits.maxStorageBufferBindingSize) {
    throw new RuntimeError(
      'runtime/out-of-memory',
      `Attention memory of ${slots} slots takes ${size} bytes a layer, and this GPU binds ${device.limits.maxStorageBufferBindingSize}. Use fewer slots.`,
    )
  }
  let buffers: readonly GpuBuffer[] = names.map(() => device.createBuffer({ size, usage }))
  let freed = false
  const bound = (name: 'past' | 'present'): OnnxValues =>
    Object.fromEntries(
      names.map((names, index) => [names[name], tensorOf(tensors, buffers[index], type, [1, heads, slots, width])]),
    )
  const past = bound('past')
  const present = bound('present')

  const memory: GpuMemory = {
    slots,
    get freed() {
      return freed
    },
    buffers: () => buffers,
    past: () => past,
    present: () => present,
    keep() {},
    copyFrom(source, from, to, count) {
      const others = buffersOf(source)
      if (freed || others === undefined || others.length !== buffers.length) throw notOurs()
      assertCopy(memory, source, from, to, count)
      if (count === 0) return
      const commands = device.createCommandEncoder()
      // A buffer cannot be copied into itself: what moves within one goes by way of another.
      const bytes = count * slot
      const between = source === memory ? device.createBuffer({ size: heads * bytes, usage }) : undefined
      for (const [index, target] of buffers.entries()) {
        const origin = others[index]
        if (origin === undefined) throw notOurs()
        for (let head = 0; head < heads; head++) {
          const at = (head * source.slots + from) * slot
          commands.copyBufferToBuffer(
            origin,
            at,
            between ?? target,
            between === undefined ? (head * slots + to) * slot : head * bytes,
            bytes,
          )
        }
        for (let head = 0; between !== undefined && head < heads; head++) {
          commands.copyBufferToBuffer(between, head * bytes, target, (head * slots + to) * slot, bytes)
        }
      }
      device.queue.submit([commands.finish()])
      between?.destroy()
    },
    free() {
      if (freed) return
      freed = true
      for (const buffer of buffers) buffer.destroy()
      buffers = []
    },
  }
  return memory
}

interface GpuMemory extends StateMemory {
  buffers(): readonly GpuBuffer[]
}

const buffersOf = (memory: object): readonly GpuBuffer[] | undefined =>
  'buffers' in memory && typeof memory.buffers === 'function' ? (memory as GpuMemory).buffers() : undefined

const tensorOf = (
  tensors: OnnxTensors,
  buffer: GpuBuffer | undefined,
  dataType: StateShape['type'],
  dims: readonly number[],
): OnnxTensor => {
  if (buffer === undefined || tensors.fromGpuBuffer === undefined) {
    throw new RuntimeError(
      'runtime/no-backend',
      'This build of onnxruntime cannot use a GPU. Import onnxruntime-web/webgpu, or use another device, like wasm.',
    )
  }
  return tensors.fromGpuBuffer(buffer, { dataType, dims })
}
