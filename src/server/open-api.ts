import type { JsonObject, JsonSchema } from '../data/json.ts'
import { outputJsonSchema } from '../signature/json-schema.ts'
import type { Signature } from '../signature/signature.ts'
import type { ServedProgram } from './program-store.ts'

/**
 * The description of the server by OpenAPI 3.1: its own paths, and one path to run each program, with the types of its
 * signature.
 *
 * @see https://spec.openapis.org/oas/v3.1.1
 */
export const openApi = (programs: readonly Pick<ServedProgram, 'name' | 'version' | 'program'>[]): JsonObject => ({
  openapi: '3.1.0',
  info: {
    title: 'Kkachi',
    version: '1',
    description: 'Programs of language models: upload them, run them, stream what they say.',
  },
  security: [{ key: [] }],
  paths: {
    '/health': {
      get: operation('Whether the server is up', { '200': answer('It is', { type: 'object' }) }, { security: [] }),
    },
    '/openapi.json': {
      get: operation('This description', { '200': answer('An OpenAPI document', { type: 'object' }) }),
    },
    '/programs': {
      get: operation(
        'The programs',
        {
          '200': answer('By name', {
            type: 'object',
            properties: {
              programs: { type: 'array', items: ref('Program') },
              unreadable: { type: 'array', items: { type: 'string' } },
              next: { type: 'string' },
            },
            required: ['programs'],
          }),
        },
        { parameters: [query('after', 'The `next` of the page before')] },
      ),
    },
    '/programs/{name}': {
      parameters: [named],
      get: operation('The file of a program', {
        '200': answer('A program file', ref('ProgramFile')),
        '304': { description: 'As named in If-None-Match' },
      }),
      put: operation(
        'Upload a program file, in place of the one before',
        { '200': answer('It is kept', ref('Program')) },
        {
          parameters: [query('signature', 'The types of a file that DSPy wrote: `text -> label`')],
          requestBody: body(ref('ProgramFile')),
        },
      ),
    },
    ...Object.fromEntries(programs.map(program => [`/programs/${program.name}/run`, { post: runOperation(program) }])),
  },
  components: {
    securitySchemes: { key: { type: 'http', scheme: 'bearer' } },
    responses: { Error: answer('What is wrong', ref('Error')) },
    schemas: {
      Error: object({
        error: object({
          message: { type: 'string' },
          type: { type: 'string' },
          code: { type: 'string' },
          param: { type: ['string', 'null'] },
        }),
      }),
      Program: object({
        name: { type: 'string' },
        version: { type: 'string', description: 'SHA-256 of the file' },
        module: { type: 'string' },
        signature: { type: ['string', 'null'] },
      }),
      ProgramFile: { type: 'object', description: "DSPy's JSON, as saveProgram or DSPy's save() writes it" },
      Usage: object(Object.fromEntries(counts.map(count => [count, { type: 'integer', minimum: 0 }]))),
    },
  },
})

const counts = ['calls', 'cachedCalls', 'attempts', 'inputTokens', 'outputTokens', 'reasoningTokens']

const runOperation = ({ name, version, program: { signature } }: Pick<ServedProgram, 'name' | 'version' | 'program'>) =>
  operation(
    `Run ${name}`,
    {
      '200': {
        description:
          'The prediction, or its events: field, reasoning, reset, prediction, error; with `?events=all` also what runs',
        content: {
          'application/json': {
            schema: object({
              prediction: outputJsonSchema(signature),
              usage: ref('Usage'),
              version: { type: 'string' },
            }),
          },
          'text/event-stream': { schema: { type: 'string' } },
        },
      },
    },
    {
      operationId: `run ${name}`,
      description: signature.instructions,
      'x-version': version,
      parameters: [query('events', 'What a stream tells: `fields`, or `all`, modules, predictors and tools too')],
      requestBody: body({
        type: 'object',
        properties: { input: inputJsonSchema(signature), stream: { type: 'boolean', default: false } },
        required: ['input'],
        additionalProperties: false,
      }),
    },
  )

/** The JSON schema of an input: what is optional may be absent, and what the signature does not have is ignored. */
const inputJsonSchema = ({ inputs, instructions }: Signature): JsonSchema => {
  const { additionalProperties: _, ...schema } = outputJsonSchema({ instructions, inputs: [], outputs: inputs })
  const needed = inputs.filter(field => !field.optional && field.default === undefined)
  return { ...schema, required: needed.map(field => field.name) }
}

const object = (properties: Readonly<Record<string, JsonSchema>>): JsonSchema => ({
  type: 'object',
  properties,
  required: Object.keys(properties),
})

const operation = (summary: string, responses: JsonObject, more: JsonObject = {}): JsonObject => ({
  summary,
  ...more,
  responses: { ...responses, default: { $ref: '#/components/responses/Error' } },
})

const answer = (description: string, schema: JsonSchema): JsonObject => ({
  description,
  content: { 'application/json': { schema } },
})

const body = (schema: JsonSchema): JsonObject => ({ required: true, content: { 'application/json': { schema } } })

const ref = (name: string): JsonSchema => ({ $ref: `#/components/schemas/${name}` })

const query = (name: string, description: string): JsonObject => ({
  name,
  in: 'query',
  description,
  schema: { type: 'string' },
})

const named: JsonObject = { name: 'name', in: 'path', required: true, schema: { type: 'string' } }
