import type { OnnxTensor } from './onnx-runtime.ts'
import type { StateNumbers } from './state-memory.ts'

/** Numbers of a tensor, brought to the host; halves as their bits, whatever the platform keeps them in. */
export const hostNumbers = async (tensor: OnnxTensor): Promise<StateNumbers> =>
  asNumbers(tensor.location === 'cpu' ? tensor.data : await tensor.getData(true))

export const asNumbers = (data: unknown): StateNumbers => {
  if (data instanceof Float32Array || data instanceof Uint16Array) return data
  if (ArrayBuffer.isView(data)) return new Uint16Array(data.buffer, data.byteOffset, data.byteLength / 2)
  throw new TypeError('an output has no numbers')
}
