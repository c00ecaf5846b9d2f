import { ConfigurationError } from '../errors/configuration-error.ts'
import type { FieldType } from '../signature/field-type.ts'
import type { Coerced } from './coerced.ts'
import { schemaProblem } from './schema-problem.ts'

/**
 * Asks a Standard Schema whether a value fits; its own conversions apply. What its vendor says may quote the value, so
 * only the model is told that.
 *
 * @throws ConfigurationError `configuration/invalid` for a schema that answers asynchronously
 */
export const validate = (
  { schema, jsonSchema }: Extract<FieldType, { readonly kind: 'schema' }>,
  value: unknown,
): Coerced => {
  const result = schema['~standard'].validate(value)
  if (isPromise(result)) {
    throw new ConfigurationError(
      'configuration/invalid',
      'Expected a schema that answers at once. Take its asynchronous refinements out; check them after the run.',
      { option: 'schema' },
    )
  }
  if (result.issues === undefined) return { value: result.value }
  const [issue] = result.issues
  const path = (issue?.path ?? []).map(part => (typeof part === 'object' ? part.key : part))
  const problem = schemaProblem(jsonSchema, value, path)
  if (issue === undefined) return { problem }
  return { problem, quoting: `${path.length === 0 ? '' : `'${path.map(String).join('.')}': `}${issue.message}` }
}

const isPromise = (value: unknown): value is Promise<unknown> =>
  typeof value === 'object' && value !== null && 'then' in value
