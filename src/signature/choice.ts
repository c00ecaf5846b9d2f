import { SignatureError } from '../errors/signature-error.ts'
import { closedObject, distribution, evidenceSchema, isProbability, probability } from './evidence-schema.ts'
import type { StandardSchema } from './standard-schema.ts'

/** One of a few options, with what speaks for each. */
export interface Choice<Option extends string> {
  readonly value: Option
  /** How sure the model says it is, 0 to 1. */
  readonly confidence: number
  /** As the model gave them; they need not add up to 1. */
  readonly probabilities: Readonly<Record<Option, number>>
}

export interface ChoiceOptions<Option extends string> {
  /** What an option's probability is multiplied with before the largest is taken; 1 when absent. */
  readonly weights?: Partial<Readonly<Record<Option, number>>>
}

/**
 * The type of an output that picks an option: the model gives a probability for each and how sure it is, and the pick is
 * made of that. Ties go to the option that was likelier before the weights, then to the one written first.
 *
 * DSPy 3.4.1 has it as `Choice` (experimental), with values of other types and weights kept in the program's state; here
 * options are texts, and weights stand in the code.
 *
 * @param options each option with what it means, or the options alone
 * @throws SignatureError `signature/parse` for fewer than two options, or weights that leave none
 * @example
 * const route = predict(signature({
 *   inputs: { ticket: 'string' },
 *   outputs: { team: choice({ billing: 'about money', technical: 'about a fault' }) },
 * }))
 * const { team } = await route.run({ ticket }, { model }) // team.value is 'billing' or 'technical'
 */
export const choice = <const Option extends string>(
  options: Readonly<Record<Option, string>> | readonly Option[],
  { weights = {} }: ChoiceOptions<Option> = {},
): StandardSchema<unknown, Choice<Option>> => {
  const described: Readonly<Record<string, string>> = Array.isArray(options)
    ? Object.fromEntries(options.map((option: string) => [option, '']))
    : (options as Readonly<Record<Option, string>>)
  const labels = Object.keys(described) as Option[]
  const weightOf = (label: Option): number => weights[label] ?? 1
  const usable = labels.every(label => weightOf(label) >= 0 && weightOf(label) < Number.POSITIVE_INFINITY)
  if (labels.length < 2 || !usable || labels.every(label => weightOf(label) === 0)) {
    throw new SignatureError(
      'signature/parse',
      "Expected at least two options, and weights of 0 or more that leave one. Write choice({ yes: 'why', no: 'why' }).",
      { source: labels.join(', '), offset: 0, expected: 'two options' },
    )
  }
  const schema = closedObject({
    probabilities: closedObject(
      Object.fromEntries(
        labels.map(label => {
          const meaning = described[label]
          return [label, meaning ? { ...probability, description: meaning } : probability]
        }),
      ),
    ),
    confidence: probability,
  })
  return evidenceSchema(schema, ({ probabilities, confidence }) => {
    const shares = distribution(probabilities, labels)
    if (shares === undefined) return { problem: `Expected a probability for each of ${labels.join(', ')}.` }
    if (!isProbability(confidence)) return { problem: 'Expected a confidence from 0 to 1.' }
    const scores = labels.map((label, index) => (shares[index] ?? 0) * weightOf(label))
    const most = Math.max(...scores)
    if (most <= 0) return { problem: 'Expected a probability above 0 where a weight is.' }
    const likeliest = labels[shares.indexOf(Math.max(...shares))]
    const tied = labels.filter((_, index) => scores[index] === most)
    const value = tied.find(label => label === likeliest) ?? tied[0]
    if (value === undefined) return { problem: 'Expected an option.' }
    const given = Object.fromEntries(labels.map((label, index) => [label, shares[index] ?? 0]))
    return { decision: { value, confidence, probabilities: given as Record<Option, number> } }
  })
}
