import type { NetworkRows } from '../network.ts'
import type { OnnxStateType } from './onnx-runtime.ts'

/** What takes a slot out of sight: far below every score, and finite in the type. */
const hiddenFloat = -1e9
const hiddenHalf = 0xfbff // -65504, the least half

/**
 * Writes the bias `[rows, total]` of rows that name what they see: 0 for a slot in sight, else far below every score.
 * Without `visible` all is zero, since attention is causal by itself. One buffer serves all steps.
 */
export const attentionBias = (
  type: OnnxStateType,
): ((rows: Pick<NetworkRows, 'visible'>, at: number, count: number) => Float32Array | Uint16Array) => {
  const hidden = type === 'float16' ? hiddenHalf : hiddenFloat
  let buffer = make(type, 0)
  /** Numbers at the beginning of the buffer that may not be zero. */
  let used = 0
  return ({ visible }, at, count) => {
    const total = at + count
    const length = count * total
    if (buffer.length < length) {
      buffer = make(type, Math.max(length, Math.min(buffer.length * 2, 1 << 22)))
      used = 0
    }
    if (visible === undefined) {
      buffer.fill(0, 0, Math.min(used, length))
      if (used <= length) used = 0
      return buffer.subarray(0, length)
    }
    used = Math.max(used, length)
    for (let row = 0; row < count; row++) {
      const start = row * total
      const ranges = visible[row] ?? []
      let seen = 0
      for (let index = 0; index + 1 < ranges.length; index += 2) {
        const from = ranges[index] ?? 0
        const to = ranges[index + 1] ?? 0
        buffer.fill(hidden, start + seen, start + from)
        buffer.fill(0, start + from, start + to)
        seen = to
      }
      buffer.fill(hidden, start + seen, start + at + row)
      buffer[start + at + row] = 0
      // What comes after a row is out of its sight by causality.
      buffer.fill(hidden, start + at + row + 1, start + total)
    }
    return buffer.subarray(0, length)
  }
}

const make = (type: OnnxStateType, length: number): Float32Array | Uint16Array =>
  type === 'float16' ? new Uint16Array(length) : new Float32Array(length)
