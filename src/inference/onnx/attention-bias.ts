import type { NetworkRows } from '../network.ts'
import type { OnnxStateType } from './onnx-runtime.ts'
import { type StateNumbers, stateNumbers } from './state-memory.ts'

/** What takes a slot out of sight: far below every score, and finite in the type. */
const hiddenFloat = -1e9
const hiddenHalf = 0xfbff // -65504, the least half

/**
 * Writes the bias `[rows, slots]` of a step: 0 for a slot in sight, else far below every score. One buffer serves all steps.
 *
 * @param causal whether attention hides later rows by itself, so that rows that see all before them need nothing
 * @param least slots that a step has before its rows at least; those there are not are out of sight
 */
export const attentionBias = (
  type: OnnxStateType,
  { causal, least }: { readonly causal: boolean; readonly least: number },
): ((visible: NetworkRows['visible'], at: number, count: number) => StateNumbers) => {
  const hidden = type === 'float16' ? hiddenHalf : hiddenFloat
  let buffer = stateNumbers(type, 0)
  /** Numbers at the beginning of the buffer that may not be zero. */
  let used = 0
  return (visible, at, count) => {
    const past = Math.max(at, least)
    const total = past + count
    const length = count * total
    if (buffer.length < length) {
      buffer = stateNumbers(type, Math.max(length, Math.min(buffer.length * 2, 1 << 22)))
      used = 0
    }
    if (visible === undefined && causal) {
      buffer.fill(0, 0, Math.min(used, length))
      if (used <= length) used = 0
      return buffer.subarray(0, length)
    }
    used = Math.max(used, length)
    for (let row = 0; row < count; row++) {
      const start = row * total
      const end = start + past
      const ranges = visible === undefined ? [0, at + row] : (visible[row] ?? [])
      let seen = start
      for (let index = 0; index + 1 < ranges.length; index += 2) {
        const from = ranges[index] ?? 0
        const to = ranges[index + 1] ?? 0
        // Slots of the past lie at their number; the first row lies behind `past`.
        const first = from < at ? start + from : end + from - at
        const last = to <= at ? start + to : end + to - at
        buffer.fill(hidden, seen, first)
        buffer.fill(0, first, last)
        seen = last
      }
      buffer.fill(hidden, seen, start + total)
      buffer[end + row] = 0
    }
    return buffer.subarray(0, length)
  }
}
