import type { Network } from '../network.ts'

export interface SelfTestOptions {
  /** Difference of logits that passes, in standard deviations of the reference. */
  readonly tolerance?: number
}

export interface SelfTestResult {
  readonly passed: boolean
  /** Greatest difference of a logit, in standard deviations of the reference; infinite where one is no number. */
  readonly worst: number
}

/** Rows of the test: enough for the kernels of long inputs, short enough for a software GPU. */
const prompt = 40

/**
 * Whether a network computes what another backend computes: some GPUs give wrong numbers and no error.
 *
 * The same made-up tokens go through both, causal, one by one, and as branches; their logits are compared.
 *
 * @param reference the network on another backend, or what `selfTestLogits` of it gave
 * @see https://github.com/microsoft/onnxruntime/issues/28520
 * @example
 * const { passed } = await networkSelfTest(onGpu, await selfTestLogits(onWasm))
 */
export const networkSelfTest = async (
  network: Network,
  reference: Network | Float32Array,
  { tolerance = 0.1 }: SelfTestOptions = {},
): Promise<SelfTestResult> => {
  const expected = reference instanceof Float32Array ? reference : await selfTestLogits(reference)
  const actual = await selfTestLogits(network)
  if (actual.length !== expected.length) return { passed: false, worst: Number.POSITIVE_INFINITY }
  const mean = expected.reduce((sum, value) => sum + value, 0) / expected.length
  const deviation = Math.sqrt(expected.reduce((sum, value) => sum + (value - mean) ** 2, 0) / expected.length)
  let worst = 0
  for (const [index, value] of expected.entries()) {
    const difference = Math.abs(value - (actual[index] ?? Number.NaN))
    if (!(difference <= worst)) worst = Number.isNaN(difference) ? Number.POSITIVE_INFINITY : difference
  }
  worst /= deviation || 1
  return { passed: worst <= tolerance, worst }
}

/** Logits of the self-test's input. */
export const selfTestLogits = async (network: Network): Promise<Float32Array> => {
  const token = (index: number): number => (index * 7919 + 13) % network.vocabularySize
  const memory = network.memory(prompt + 8)
  const parts: Float32Array[] = []
  try {
    const tokens = Array.from({ length: prompt }, (_, index) => token(index))
    const positions = tokens.map((_, index) => index)
    parts.push((await network.step(memory, { tokens, positions, at: 0, keep: 2 })).slice())
    parts.push(
      (await network.step(memory, { tokens: [token(prompt)], positions: [prompt], at: prompt, keep: 1 })).slice(),
    )
    if (network.branches) {
      // Two branches behind the prompt, of two rows each, side by side.
      const at = prompt + 1
      const branched = await network.step(memory, {
        tokens: [token(90), token(91), token(92), token(93)],
        positions: [prompt, prompt, prompt + 1, prompt + 1],
        at,
        visible: [
          [0, prompt],
          [0, prompt],
          [0, prompt, at, at + 1],
          [0, prompt, at + 1, at + 2],
        ],
        keep: 4,
      })
      parts.push(branched.slice())
    }
  } finally {
    memory.free()
  }
  const whole = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}
