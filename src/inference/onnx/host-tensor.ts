import type { OnnxNumbers, OnnxTensor, OnnxTensors, OnnxType } from './onnx-runtime.ts'

/**
 * A tensor on the host. Halves do not go through the runtime's own class: it keeps them in a Float16Array where the platform
 * has one, which onnxruntime-node 1.30 takes for empty.
 */
export const hostTensor = (
  tensors: OnnxTensors,
  type: OnnxType,
  data: OnnxNumbers,
  dims: readonly number[],
): OnnxTensor =>
  type === 'float16'
    ? { type, data, dims, location: 'cpu', getData: async () => data, dispose() {} }
    : new tensors(type, data, dims)
