/**
 * Sets the logits of tokens that a mask lacks to -Infinity; bit `n` of the mask, words of 32 bits, stands for token `n`.
 * Whole words go at once, and of others only the bits that are missing are visited.
 */
export const applyMask = (words: Uint32Array, logits: Float32Array): void => {
  const most = logits.length
  for (let index = 0; index << 5 < most; index += 1) {
    const start = index << 5
    let missing = ~(words[index] ?? 0)
    if (missing === -1) {
      let end = index + 1
      while (end << 5 < most && (words[end] ?? 0) === 0) end += 1
      logits.fill(Number.NEGATIVE_INFINITY, start, end << 5)
      index = end - 1
      continue
    }
    while (missing !== 0) {
      const bit = 31 - Math.clz32(missing)
      missing ^= 1 << bit
      if (start + bit < most) logits[start + bit] = Number.NEGATIVE_INFINITY
    }
  }
}
