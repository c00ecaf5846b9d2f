import type { TokenSampling } from '../../generation.ts'

/**
 * Sets to -Infinity what is too unlikely to be drawn: first all but the `topK` likeliest, then what lies outside the nucleus
 * of `topP` of the probability that is left (Holtzman et al. 2020), then what is less likely than `minP` times the likeliest
 * (Nguyen et al. 2024). Where equals stand on the edge, all of them stay.
 */
export const narrow = (logits: Float32Array, sampling: TokenSampling): void => {
  const { temperature, topP, topK, minP } = sampling
  if (topK > 0 && topK < logits.length) cut(logits, kthGreatest(logits, topK))
  if (topP < 1) cut(logits, nucleusFloor(logits, temperature, topP))
  if (minP > 0) cut(logits, most(logits) + temperature * Math.log(minP))
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

/**
 * The least logit of the smallest set of tokens that holds `topP` of the probability.
 *
 * Only what could be in it is sorted: tokens less likely than an equal share of the rest are together no more than the rest.
 */
const nucleusFloor = (logits: Float32Array, temperature: number, topP: number): number => {
  const greatest = most(logits)
  const share = greatest + temperature * Math.log((1 - topP) / logits.length)
  let total = 0
  let count = 0
  const near = new Float32Array(logits.length)
  for (let token = 0; token < logits.length; token += 1) {
    const logit = logits[token] as number
    total += Math.exp((logit - greatest) / temperature)
    if (logit >= share) {
      near[count] = logit
      count += 1
    }
  }
  const sorted = near.subarray(0, count).sort()
  const enough = topP * total
  let held = 0
  for (let rank = count - 1; rank >= 0; rank -= 1) {
    held += Math.exp(((sorted[rank] as number) - greatest) / temperature)
    if (held >= enough) return sorted[rank] as number
  }
  return Number.NEGATIVE_INFINITY
}
