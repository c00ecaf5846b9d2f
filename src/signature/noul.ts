import { SignatureError } from '../errors/signature-error.ts'
import { closedObject, evidenceSchema, isProbability, probability } from './evidence-schema.ts'
import type { StandardSchema } from './standard-schema.ts'

/** A yes or no, with how likely the yes is. */
export interface Noul {
  readonly value: boolean
  /** Of the yes, 0 to 1. */
  readonly probability: number
  /** How far from the threshold, 0 to 1: 1 is as far as it can be. */
  readonly confidence: number
}

export interface NoulOptions {
  /** What a yes and what a no means. */
  readonly yes?: string
  readonly no?: string
  /** From which probability on it is a yes. */
  readonly threshold?: number // dspy 3.4.1: threshold=0.5
}

/**
 * The type of an output that is a yes or no: the model gives the probability of the yes, the threshold decides.
 *
 * DSPy 3.4.1 has it as `Noul` (experimental), with the threshold kept in the program's state; here it stands in the code.
 *
 * @throws SignatureError `signature/parse` for a threshold outside 0 to 1
 * @example
 * const check = predict(signature({
 *   inputs: { message: 'string' },
 *   outputs: { urgent: noul({ yes: 'cannot wait a day', threshold: 0.8 }) },
 * }))
 */
export const noul = ({ yes, no, threshold = 0.5 }: NoulOptions = {}): StandardSchema<unknown, Noul> => {
  if (!isProbability(threshold)) {
    throw new SignatureError('signature/parse', `Expected a threshold from 0 to 1, got ${threshold}. Write 0.5.`, {
      ...{ source: String(threshold), offset: 0, expected: 'a number from 0 to 1' },
    })
  }
  const meanings = [...(yes === undefined ? [] : [`1 means: ${yes}`]), ...(no === undefined ? [] : [`0 means: ${no}`])]
  const described = meanings.length === 0 ? probability : { ...probability, description: meanings.join('; ') }
  return evidenceSchema(closedObject({ probability: described }), ({ probability: given }) => {
    if (!isProbability(given)) return { problem: 'Expected a probability from 0 to 1.' }
    const confidence = Math.abs(given - threshold) / Math.max(threshold, 1 - threshold)
    return { decision: { value: given >= threshold, probability: given, confidence } }
  })
}
