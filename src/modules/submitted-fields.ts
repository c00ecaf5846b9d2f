import { coerce } from '../adapters/coerce.ts'
import type { Coerced } from '../adapters/coerced.ts'
import { collectFields } from '../adapters/collect-fields.ts'
import { issueForModel } from '../adapters/issue-for-model.ts'
import { renderValue } from '../adapters/render-value.ts'
import type { JsonValue } from '../data/json.ts'
import { isObject } from '../data/json-shape.ts'
import type { FieldIssue } from '../errors/prediction-error.ts'
import type { Field } from '../signature/field.ts'
import type { Signature } from '../signature/signature.ts'
import { type Fields, unreadable } from './read-answers.ts'
import { rlmWording as wording } from './wording.ts'

/**
 * The output fields that code submitted, or what its model is told is wrong with them. A single output may be submitted as it
 * is; several values are taken for the outputs in their order.
 */
export const submittedFields = (
  signature: Signature,
  submitted: JsonValue,
  submit: string,
): { readonly fields: Fields } | { readonly fields?: undefined; readonly problem: string } => {
  if (byName(signature, submitted) === undefined) return { problem: wording.refused(wording.noObject(submit)) }
  const { fields, issues } = givenFields(signature, submitted)
  if (fields !== undefined) return { fields }
  const problems = issues.map(issueForModel).map(({ field, problem }) => `${field}: ${problem}`)
  return { problem: wording.refused(`${problems.join('; ')}.`) }
}

/** The output fields that code gave, each of its type, or what is wrong with them. */
export const givenFields = (
  signature: Signature,
  value: JsonValue,
):
  | { readonly fields: Fields; readonly issues?: undefined }
  | { readonly fields?: undefined; readonly issues: readonly FieldIssue[] } => {
  const given = byName(signature, value) ?? {}
  const read = ({ name, type }: Field): Coerced | undefined => {
    if (!Object.hasOwn(given, name)) return undefined
    const value = given[name]
    const isText = type.kind !== 'string' || value === null || typeof value === 'string'
    return coerce(type, isText ? value : renderValue(value))
  }
  try {
    return { fields: collectFields(signature, '', read, () => wording.notSubmitted) }
  } catch (error) {
    if (!unreadable(error)) throw error
    return { issues: error.issues }
  }
}

const byName = ({ outputs }: Signature, submitted: JsonValue): Readonly<Record<string, unknown>> | undefined => {
  const names = outputs.map(({ name }) => name)
  if (isObject(submitted) && names.some(name => Object.hasOwn(submitted, name))) return submitted
  const [only, ...more] = names
  if (only !== undefined && more.length === 0) return { [only]: submitted }
  if (Array.isArray(submitted) && submitted.length === names.length) {
    return Object.fromEntries(names.map((name, index) => [name, submitted[index]]))
  }
  return isObject(submitted) ? submitted : undefined
}
