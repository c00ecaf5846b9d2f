import { createHash } from 'node:crypto'
import type { Field, Signature } from '../../src/index.ts'
import type { AnyProgram } from './program-from-flags.ts'

/**
 * The SHA-256 of what a program's fields are: names, order, types, defaults and limits, of the program and of each of its
 * predictors. What it has learned is no part of it. A schema counts by its JSON schema.
 */
export const fieldTypesDigest = ({ kind, signature, predictors }: AnyProgram): string => {
  const all = [kind, fieldsOf(signature), ...predictors.map(({ path, signature }) => [path, fieldsOf(signature)])]
  return createHash('sha256').update(JSON.stringify(all, asData)).digest('hex')
}

const fieldsOf = ({ inputs, outputs }: Signature) => [inputs.map(essence), outputs.map(essence)]

const essence = ({ name, type, optional, default: absent, constraints }: Field) => [
  name,
  type,
  optional,
  absent,
  Object.entries(constraints ?? {}).sort(([left], [right]) => (left < right ? -1 : 1)),
]

/** Code has no JSON of its own: of a schema its JSON schema stays. */
const asData = (key: string, value: unknown): unknown =>
  key === 'schema' && typeof value === 'object' && value !== null && '~standard' in value ? undefined : value
