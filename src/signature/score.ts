import { SignatureError } from '../errors/signature-error.ts'
import { closedObject, distribution, evidenceSchema, isProbability, probability } from './evidence-schema.ts'
import type { StandardSchema } from './standard-schema.ts'

/** A place on a scale of described levels. */
export interface Score {
  /** The mean level, weighted by the probabilities: from 0 to the number of levels less 1. */
  readonly value: number
  /** The level that the cuts make of `value`, from 0. */
  readonly level: number
  /** How sure the model says it is, 0 to 1. */
  readonly confidence: number
  /** Of each level, as the model gave them. */
  readonly probabilities: readonly number[]
}

export interface ScoreOptions {
  /** Where one level ends and the next begins, rising, one fewer than levels; halfway when absent. */
  readonly cuts?: readonly number[]
}

/**
 * The type of an output that is scored by a rubric: the model gives a probability for each level, the score is their mean.
 *
 * DSPy 3.4.1 has it as `Score` (experimental), with the cuts kept in the program's state; here they stand in the code.
 *
 * @param levels what each level means, the lowest first; 2 to 10
 * @throws SignatureError `signature/parse` for too few or many levels, or cuts that do not rise inside the scale
 * @example
 * const grade = predict(signature({
 *   inputs: { essay: 'string' },
 *   outputs: { quality: score(['hard to follow', 'clear', 'a pleasure to read']) },
 * }))
 */
export const score = (
  levels: readonly string[],
  { cuts = levels.slice(1).map((_, index) => index + 0.5) }: ScoreOptions = {},
): StandardSchema<unknown, Score> => {
  const top = levels.length - 1
  const rises = cuts.every((cut, index) => cut > (cuts[index - 1] ?? 0) && cut < top)
  if (levels.length < 2 || levels.length > 10 || cuts.length !== top || !rises) {
    throw new SignatureError(
      'signature/parse',
      "Expected 2 to 10 levels, and one fewer cuts that rise between them. Write score(['poor', 'good'], { cuts: [0.5] }).",
      { source: levels.join(', '), offset: 0, expected: '2 to 10 levels' },
    )
  }
  const labels = levels.map((_, level) => String(level))
  const schema = closedObject({
    probabilities: closedObject(
      Object.fromEntries(levels.map((meaning, level) => [String(level), { ...probability, description: meaning }])),
    ),
    confidence: probability,
  })
  return evidenceSchema(schema, ({ probabilities, confidence }) => {
    const shares = distribution(probabilities, labels)
    if (shares === undefined) return { problem: `Expected a probability for each level, 0 to ${top}.` }
    if (!isProbability(confidence)) return { problem: 'Expected a confidence from 0 to 1.' }
    const total = shares.reduce((sum, share) => sum + share, 0)
    const value = shares.reduce((sum, share, level) => sum + share * level, 0) / total
    return {
      decision: { value, level: cuts.filter(cut => value >= cut).length, confidence, probabilities: shares },
    }
  })
}
