import { RuntimeError } from '../../../errors/runtime-error.ts'

/**
 * The token of the greatest logit, the first of equals.
 *
 * @throws RuntimeError `runtime/failed` where no logit is a number above -Infinity
 */
export const greatest = (logits: Float32Array): number => {
  let best = -1
  let most = Number.NEGATIVE_INFINITY
  for (let token = 0; token < logits.length; token += 1) {
    const logit = logits[token] as number
    if (logit > most) {
      most = logit
      best = token
    }
  }
  if (best < 0) throw noChoice()
  return best
}

export const noChoice = (): RuntimeError =>
  new RuntimeError(
    'runtime/failed',
    'The network gave no token a probability: its logits are no numbers. Expected finite logits. Load it with another device, like wasm, or another dtype.',
  )
