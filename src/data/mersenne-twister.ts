const size = 624
const middle = 397

/**
 * The generator MT19937, started from a key of 32-bit words; each call gives the next 32-bit word.
 *
 * @see Matsumoto and Nishimura 1998, "Mersenne Twister", with the array initialization of 2002
 */
export const mersenneTwister = (key: readonly number[]): (() => number) => {
  const state = initialState(key)
  let position = size
  return () => {
    if (position === size) {
      advance(state)
      position = 0
    }
    return temper(word(state, position++))
  }
}

const initialState = (key: readonly number[]): Uint32Array => {
  const state = new Uint32Array(size)
  state[0] = 19650218
  for (let index = 1; index < size; index += 1) state[index] = Math.imul(1812433253, folded(state, index)) + index

  let index = 1
  const next = (): void => {
    index += 1
    if (index < size) return
    state[0] = word(state, size - 1)
    index = 1
  }
  for (let step = 0; step < Math.max(size, key.length); step += 1) {
    const position = step % key.length
    state[index] = (word(state, index) ^ Math.imul(folded(state, index), 1664525)) + (key[position] ?? 0) + position
    next()
  }
  for (let step = 1; step < size; step += 1) {
    state[index] = (word(state, index) ^ Math.imul(folded(state, index), 1566083941)) - index
    next()
  }
  state[0] = 0x80000000
  return state
}

/** The word before `index`, its high bits folded into its low ones. */
const folded = (state: Uint32Array, index: number): number => {
  const before = word(state, index - 1)
  return before ^ (before >>> 30)
}

const advance = (state: Uint32Array): void => {
  for (let index = 0; index < size; index += 1) {
    const joined = (word(state, index) & 0x80000000) | (word(state, index + 1 < size ? index + 1 : 0) & 0x7fffffff)
    state[index] =
      word(state, index + middle < size ? index + middle : index + middle - size) ^
      (joined >>> 1) ^
      (joined & 1 ? 0x9908b0df : 0)
  }
}

const temper = (drawn: number): number => {
  let word = drawn
  word ^= word >>> 11
  word ^= (word << 7) & 0x9d2c5680
  word ^= (word << 15) & 0xefc60000
  word ^= word >>> 18
  return word >>> 0
}

const word = (state: Uint32Array, index: number): number => state[index] as number
