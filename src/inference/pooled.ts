import type { Pooling, TokenStates } from './embedding-session.ts'

/** One vector a text, of the states of its own tokens; of length 1 where `normalize` says so. */
export const pooled = (
  { numbers, length, width }: TokenStates,
  lengths: readonly number[],
  { pooling, normalize }: { readonly pooling: Pooling; readonly normalize: boolean },
): readonly Float32Array[] =>
  lengths.map((tokens, row) => {
    const vector = new Float32Array(width)
    const own = Math.min(tokens, length)
    const [from, to] = pooling === 'mean' ? [0, own] : pooling === 'cls' ? [0, 1] : [Math.max(0, own - 1), own]
    for (let place = from; place < Math.max(to, from + 1); place += 1) {
      const at = (row * length + place) * width
      for (let index = 0; index < width; index += 1) vector[index] = (vector[index] ?? 0) + (numbers[at + index] ?? 0)
    }
    const scale = normalize
      ? 1 / (Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0)) || 1)
      : 1 / Math.max(1, to - from)
    return vector.map(value => value * scale)
  })
