import type { JsonSchema, JsonValue } from '../data/json.ts'
import { isObject } from '../data/json-shape.ts'
import { isSafeKey } from '../data/safe-json.ts'
import { ToolError } from '../errors/tool-error.ts'
import type { StandardSchema } from '../signature/standard-schema.ts'
import { plainJson } from './plain-json.ts'
import { type SchemaChecker, schemaChecker, UncheckableSchema } from './schema-checker.ts'

/** What every provider takes as a tool's name. */
const usable = /^[A-Za-z0-9_-]{1,64}$/

export const isToolName = (name: string): boolean => usable.test(name) && isSafeKey(name)

export const refusedDefinition = (tool: string, problem: string, remedy: string, cause?: unknown): ToolError =>
  new ToolError('tool/definition', `The tool '${tool.slice(0, 80)}' cannot be used: ${problem}. ${remedy}`, {
    tool,
    cause,
  })

/** @throws ToolError `tool/definition` */
export const checkDefinition = (name: string, description: string): void => {
  if (typeof name !== 'string' || !isToolName(name)) {
    const remedy = "Name it with letters, digits, '_' and '-', 64 at most."
    throw refusedDefinition(String(name), 'models could not call it by its name', remedy)
  }
  if (typeof description !== 'string' || description.trim() === '') {
    throw refusedDefinition(name, 'it has no description', 'Say in a sentence what it does and when to call it.')
  }
}

/**
 * The JSON schema of a tool's arguments, as models are told it: an object, without `$schema`.
 *
 * @throws ToolError `tool/definition`
 */
export const parametersOf = (
  tool: string,
  schema: StandardSchema | undefined,
  parameters: JsonSchema | undefined,
): JsonSchema => {
  const copy = plainJson(parameters ?? standardParameters(tool, schema))
  if ('problem' in copy || !isObject(copy.value)) {
    throw refusedDefinition(tool, 'the schema of its arguments is no JSON object', 'Write { type: "object", … }.')
  }
  const { $schema: _, ...rest } = copy.value
  const { type = 'object' } = rest
  if (type !== 'object') {
    const remedy = "Write { type: 'object', properties: { … } }."
    throw refusedDefinition(tool, 'the schema of its arguments is not that of an object', remedy)
  }
  return { ...rest, type, properties: rest.properties ?? {} }
}

const standardParameters = (tool: string, schema: StandardSchema | undefined): JsonValue | object => {
  const standard = schema?.['~standard']
  if (standard === undefined) {
    const remedy = 'Give `schema` (a Standard Schema) or `parameters` (a JSON schema).'
    throw refusedDefinition(tool, 'nothing says which arguments it takes', remedy)
  }
  if (standard.jsonSchema === undefined) {
    const remedy = 'Give `parameters`, its JSON schema, too.'
    throw refusedDefinition(tool, `its schema, of ${standard.vendor}, cannot give its JSON schema`, remedy)
  }
  try {
    // What the model writes is what the schema takes in; its conversions come after.
    return standard.jsonSchema.input({ target: 'draft-2020-12' })
  } catch (error) {
    const remedy = 'Give `parameters`, its JSON schema, too.'
    throw refusedDefinition(tool, `its schema, of ${standard.vendor}, has no JSON schema`, remedy, error)
  }
}

/**
 * What checks the arguments of a tool.
 *
 * @throws ToolError `tool/definition` for a schema with parts that nobody would check
 */
export const argumentChecker = (
  tool: string,
  parameters: JsonSchema,
  unknownKeywords: 'refuse' | 'ignore',
): SchemaChecker => {
  try {
    return schemaChecker(parameters, { unknownKeywords })
  } catch (error) {
    if (!(error instanceof UncheckableSchema)) throw error
    const remedy = 'Take it out, or give a Standard Schema that checks it.'
    throw refusedDefinition(tool, `at ${error.place} of its schema, ${error.message}`, remedy, error)
  }
}
