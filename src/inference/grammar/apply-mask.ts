/**
 * Sets the logits of tokens that a mask lacks to -Infinity; bit `n` of the mask, words of 32 bits, stands for token `n`.
 * Takes about as long as copying the logits where almost all tokens are allowed or almost none.
 */
export const applyMask = (words: Uint32Array, logits: Float32Array): void => {
  const whole = Math.min(words.length, logits.length >>> 5)
  let from = 0
  for (let index = 0; index < whole; index += 1) {
    const word = words[index] ?? 0
    if (word === 0) continue
    const start = index << 5
    if (from < start) logits.fill(Number.NEGATIVE_INFINITY, from, start)
    from = start + 32
    if (word !== 0xffffffff) applyWord(word, logits, start, from)
  }
  const rest = whole << 5
  if (from < rest) logits.fill(Number.NEGATIVE_INFINITY, from, rest)
  applyWord(words[whole] ?? 0, logits, rest, Math.min(rest + 32, logits.length))
  if (rest + 32 < logits.length) logits.fill(Number.NEGATIVE_INFINITY, rest + 32)
}

const applyWord = (word: number, logits: Float32Array, from: number, to: number): void => {
  for (let at = from; at < to; at += 1) {
    if ((word & (1 << (at - from))) === 0) logits[at] = Number.NEGATIVE_INFINITY
  }
}
