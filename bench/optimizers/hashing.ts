/** A number in [0, 1) that depends on nothing but its parts, so that a simulated model gives the same answer twice. */
export const uniform = (...parts: readonly (string | number)[]): number => {
  let low = 0x9e3779b9
  let high = 0x85ebca6b
  for (const part of parts) {
    if (typeof part === 'number') {
      low = Math.imul(low ^ (part | 0), 0x01000193)
      high = Math.imul(high ^ ((part * 0x1_0001) | 0), 0x27d4eb2f)
    } else {
      for (let index = 0; index < part.length; index++) {
        const code = part.charCodeAt(index)
        low = Math.imul(low ^ code, 0x01000193)
        high = Math.imul(high ^ code, 0x27d4eb2f)
      }
    }
    low = Math.imul(low ^ (high >>> 15), 0x5bd1e995)
    high = Math.imul(high ^ (low >>> 13), 0xc2b2ae35)
  }
  low = Math.imul(low ^ (low >>> 16), 0x7feb352d)
  low = Math.imul(low ^ (low >>> 15) ^ high, 0x846ca68b)
  return ((low ^ (low >>> 16)) >>> 0) / 2 ** 32
}

/** A whole number that stands for a text. */
export const digest = (text: string): number => Math.floor(uniform(text) * 2 ** 31)

/** A draw of the standard normal distribution. */
export const normal = (...parts: readonly (string | number)[]): number =>
  Math.sqrt(-2 * Math.log(1 - uniform(...parts, 'radius'))) * Math.cos(2 * Math.PI * uniform(...parts, 'angle'))

export const pick = <Value>(values: readonly Value[], ...parts: readonly (string | number)[]): Value => {
  const value = values[Math.floor(uniform(...parts) * values.length)]
  if (value === undefined) throw new RangeError('Expected values to pick from, got none.')
  return value
}

/** The values in an order of their own. */
export const shuffled = <Value>(values: readonly Value[], ...parts: readonly (string | number)[]): readonly Value[] =>
  values
    .map((value, index) => ({ value, key: uniform(...parts, index) }))
    .toSorted((a, b) => a.key - b.key)
    .map(({ value }) => value)

export const logistic = (logit: number): number => 1 / (1 + Math.exp(-logit))
