import type { JsonSchema } from '../data/json.ts'
import type { StandardIssue, StandardSchema } from './standard-schema.ts'

/** Evidence that was read, or what is wrong with it. */
export type Judged<Decision> = { readonly decision: Decision } | { readonly problem: string }

/** A schema that takes the evidence a model gives and turns it into a decision. */
export const evidenceSchema = <Decision>(
  jsonSchema: JsonSchema,
  decide: (evidence: Readonly<Record<string, unknown>>) => Judged<Decision>,
): StandardSchema<unknown, Decision> => {
  const refused = (message: string): { readonly issues: readonly StandardIssue[] } => ({ issues: [{ message }] })
  return {
    '~standard': {
      version: 1,
      vendor: 'kkachi',
      validate: value => {
        if (typeof value !== 'object' || value === null || Array.isArray(value)) return refused('Expected an object.')
        const judged = decide(value as Readonly<Record<string, unknown>>)
        return 'problem' in judged ? refused(judged.problem) : { value: judged.decision }
      },
      jsonSchema: { input: () => ({ ...jsonSchema }), output: () => ({}) },
    },
  }
}

/** The JSON schema of an object that has all of these parts and no other. */
export const closedObject = (properties: Readonly<Record<string, JsonSchema>>, description?: string): JsonSchema => ({
  type: 'object',
  ...(description === undefined ? {} : { description }),
  properties,
  required: Object.keys(properties),
  additionalProperties: false,
})

export const probability: JsonSchema = { type: 'number', minimum: 0, maximum: 1 }

export const isProbability = (value: unknown): value is number => typeof value === 'number' && value >= 0 && value <= 1

/** A probability for each label and no other, not all of them 0; undefined for anything else. */
export const distribution = (value: unknown, labels: readonly string[]): readonly number[] | undefined => {
  if (typeof value !== 'object' || value === null) return undefined
  const given = new Map(Object.entries(value))
  const shares = labels.map(label => given.get(label))
  if (given.size !== labels.length || !shares.every(isProbability)) return undefined
  return shares.some(share => share > 0) ? shares : undefined
}
