import { KkachiError } from '../errors/kkachi-error.ts'
import { type FieldIssue, PredictionError } from '../errors/prediction-error.ts'
import type { Field } from '../signature/field.ts'
import type { Signature } from '../signature/signature.ts'
import { type Coerced, isProblem } from './coerced.ts'
import { brokenConstraint } from './constraints.ts'
import { issueOf } from './issue-for-model.ts'

/**
 * Puts the output fields together; `read` gives one, or undefined when the answer does not have it.
 *
 * @throws PredictionError `prediction/unparsable` when a field is absent, `prediction/invalid` when one does not fit
 */
export const collectFields = (
  signature: Signature,
  answer: string,
  read: (field: Field) => Coerced | undefined,
  absent: (field: Field) => string,
): Record<string, unknown> => {
  const fields: Record<string, unknown> = {}
  const issues: FieldIssue[] = []
  let missing = false
  for (const field of signature.outputs) {
    const coerced = safely(field, read)
    if (coerced === undefined) {
      if (mayBeAbsent(field)) fields[field.name] = field.default === undefined ? null : structuredClone(field.default)
      else {
        missing = true
        issues.push(issueOf(field.name, absent(field)))
      }
      continue
    }
    if (isProblem(coerced)) {
      issues.push(issueOf(field.name, coerced.problem, coerced.quoting))
      continue
    }
    const problem = limit(field, coerced.value)
    if (problem === undefined) fields[field.name] = coerced.value
    else issues.push(issueOf(field.name, problem))
  }
  if (issues.length === 0) return fields
  throw new PredictionError(
    missing ? 'prediction/unparsable' : 'prediction/invalid',
    `The answer could not be read: ${issues.map(issue => `${issue.field}: ${issue.problem}`).join('; ')}. Make the instructions or the field's type clearer, or use a stronger model.`,
    { issues, text: answer },
  )
}

const limit = ({ constraints }: Field, value: unknown): string | undefined => {
  const broken = constraints === undefined ? undefined : brokenConstraint(constraints, value)
  return broken === undefined ? undefined : `expected ${broken}`
}

const mayBeAbsent = (field: Field): boolean =>
  field.optional ||
  field.default !== undefined ||
  field.type.kind === 'null' ||
  (field.type.kind === 'union' && field.type.members.some(member => member.kind === 'null'))

/** A key that could harm the reader makes its field unreadable, not the program. */
const safely = (field: Field, read: (field: Field) => Coerced | undefined): Coerced | undefined => {
  try {
    return read(field)
  } catch (error) {
    if (KkachiError.is(error, 'data/unsafe')) return { problem: 'has a key or a depth that is refused for safety' }
    throw error
  }
}
