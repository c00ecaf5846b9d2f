import type { JsonSchema } from '../data/json.ts'
import { isSafeKey } from '../data/safe-json.ts'
import { SignatureError } from '../errors/signature-error.ts'
import type { Field } from './field.ts'
import type { FieldDefinition, FieldOptions } from './field-definition.ts'
import type { FieldType } from './field-type.ts'
import { isName } from './name-text.ts'
import { parseType } from './parse.ts'
import { parseError } from './parse-error.ts'
import { inferPrefix } from './prefix.ts'
import type { StandardSchema } from './standard-schema.ts'

/**
 * The field that a definition describes, with description and prefix as DSPy gives them where there are none.
 *
 * @throws SignatureError `signature/parse` or `signature/unknown-type`
 */
export const fieldOf = (name: string, role: Field['role'], definition: FieldDefinition): Field => {
  if (!isName(name) || !isSafeKey(name)) {
    throw parseError(
      name,
      0,
      'a field name of letters, digits and underscores that is safe as a key',
      'Rename the field.',
    )
  }
  const options = typeof definition === 'string' || isSchema(definition) ? { type: definition } : definition
  return {
    name,
    role,
    type: typeOf(name, options),
    optional: options.optional ?? false,
    description: options.description ?? defaultDescription(name),
    prefix: options.prefix ?? defaultPrefix(name),
    ...(options.default === undefined ? {} : { default: options.default }),
    ...(options.constraints === undefined ? {} : { constraints: options.constraints }),
  }
}

/** DSPy's mark for a field that nobody described. */
export const defaultDescription = (name: string): string => `\${${name}}`

export const defaultPrefix = (name: string): string => `${inferPrefix(name)}:`

const isSchema = (value: object): value is StandardSchema => '~standard' in value

const typeOf = (name: string, { type = 'string', jsonSchema }: FieldOptions): FieldType => {
  if (typeof type === 'string') return parseType(type)
  if (!isSchema(type)) return type
  return {
    kind: 'schema',
    schema: type,
    jsonSchema: jsonSchema ?? jsonSchemaOf(name, type),
  }
}

const jsonSchemaOf = (name: string, schema: StandardSchema): JsonSchema => {
  const { vendor, jsonSchema } = schema['~standard']
  if (jsonSchema === undefined) {
    throw new SignatureError(
      'signature/unknown-type',
      `Expected a schema that can give its JSON schema for field '${name}', got one of ${vendor} that cannot. Write { type: schema, jsonSchema: { … } }.`,
      {
        source: name,
        offset: 0,
        expected: 'a schema with ~standard.jsonSchema',
      },
    )
  }
  // What the model writes is what the schema takes in; a transformation comes after.
  return jsonSchema.input({ target: 'draft-2020-12' }) as JsonSchema
}
