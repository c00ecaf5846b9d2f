import { ConfigurationError } from '../errors/configuration-error.ts'
import type { StandardSchema } from '../signature/standard-schema.ts'
import type { Coerced } from './coerced.ts'

/**
 * Asks a Standard Schema whether a value fits; its own conversions apply.
 *
 * @throws ConfigurationError `configuration/invalid` for a schema that answers asynchronously
 */
export const validate = (schema: StandardSchema, value: unknown): Coerced => {
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
  const path = (issue?.path ?? []).map(key => String(typeof key === 'object' ? key.key : key)).join('.')
  return { problem: `${path === '' ? '' : `'${path}': `}${issue?.message ?? 'does not fit its schema'}` }
}

const isPromise = (value: unknown): value is Promise<unknown> =>
  typeof value === 'object' && value !== null && 'then' in value
