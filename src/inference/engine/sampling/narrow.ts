import type { TokenSampling } from '../../generation.ts'

/**
 * Sets to -Infinity what is too unlikely to be drawn: first all but the `topK` likeliest, then what lies outside the nucleus
 * of `topP` of the probability that is left (Holtzman et al. 2020), then what is less likely than `minP` times the likeliest
 * (Nguyen et al. 2024). Where equals stand on the edge, all of them stay; the likeliest always does.
 *
 * Order and rules are those of transformers' generate(), whose nucleus keeps of equals on its edge those that its sort puts last.
 */
export const narrow = (logits: Float32Array, sampling: TokenSampling): void => {
  const { temperature, topP, topK, minP } = sampling
  if (topK > 0 && topK < logits.length) cut(logits, kthGreatest(logits, topK))
  if (topP < 1) cut(logits, nucleusFloor(logits, temperature, topP))
  if (minP > 0) cut(logits, most(logits) + temperature * Math.log(Math.min(1, minP)))
}

const cut = (logits: Float32Array, floor: number): void => {
  for (let token = 0; token < logits.length; token += 1) {
    if ((logits[token] as number) < floor) logits[token] = Number.NEGATIVE_INFINITY
  }
}

const most = (logits: Float32Array): number => {
  let found = Number.NEGATIVE_INFINITY
  for (let token = 0; token < logits.length; token += 1) {
    const logit = logits[token] as number
    if (logit > found) found = logit
  }
  return found
}

/** The `count`-th greatest: a heap with the least of the greatest so far on top, where nearly all are turned away. */
const kthGreatest = (logits: Float32Array, count: number): number => {
  const heap = new Float32Array(count).fill(Number.NEGATIVE_INFINITY)
  for (let token = 0; token < logits.length; token += 1) {
    const logit = logits[token] as number
    if (!(logit > (heap[0] as number))) continue
    let place = 0
    for (let child = 1; child < count; child = 2 * place + 1) {
      if (child + 1 < count && (heap[child + 1] as number) < (heap[child] as number)) child += 1
      if ((heap[child] as number) >= logit) break
      heap[place] = heap[child] as number
      place = child
    }
    heap[place] = logit
  }
  return heap[0] as number
}

/** Shares of the probability, by how far below the likeliest: an eighth of a natural logarithm each, the rest in the last. */
const shelves = 512
const shelfOf = (gap: number): number => Math.min(shelves - 1, Math.floor(gap * 8))

/**
 * The least logit of the smallest set of tokens that holds `topP` of the probability.
 *
 * Probability is gathered by its size first: only where the sum reaches `topP` are tokens put in order.
 */
const nucleusFloor = (logits: Float32Array, temperature: number, topP: number): number => {
  const greatest = most(logits)
  const held = new Float64Array(shelves)
  const counts = new Uint32Array(shelves)
  for (let token = 0; token < logits.length; token += 1) {
    const gap = (greatest - (logits[token] as number)) / temperature
    if (!(gap < Number.POSITIVE_INFINITY)) continue
    const shelf = shelfOf(gap)
    held[shelf] = (held[shelf] as number) + Math.exp(-gap)
    counts[shelf] = (counts[shelf] as number) + 1
  }
  const enough = topP * held.reduce((sum, share) => sum + share, 0)
  let sum = 0
  let edge = 0
  while (edge < shelves - 1 && sum + (held[edge] as number) < enough) {
    sum += held[edge] as number
    edge += 1
  }
  const near = new Float32Array(counts[edge] as number)
  let count = 0
  for (let token = 0; token < logits.length; token += 1) {
    const gap = (greatest - (logits[token] as number)) / temperature
    if (!(gap < Number.POSITIVE_INFINITY) || shelfOf(gap) !== edge) continue
    near[count] = logits[token] as number
    count += 1
  }
  near.sort()
  for (let rank = count - 1; rank >= 0; rank -= 1) {
    sum += Math.exp(((near[rank] as number) - greatest) / temperature)
    if (sum >= enough) return near[rank] as number
  }
  return near[0] ?? Number.NEGATIVE_INFINITY
}
