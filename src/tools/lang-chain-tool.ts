import type { JsonSchema, JsonValue } from '../data/json.ts'
import type { Tool } from '../ports/tool.ts'
import type { StandardSchema } from '../signature/standard-schema.ts'
import { tool } from './tool.ts'

/** The part of LangChain's structured tools that we use. */
export interface LangChainTool {
  readonly name: string
  readonly description: string
  /** A Standard Schema (zod 4) or a JSON schema. */
  readonly schema: StandardSchema | JsonSchema
  invoke(input: never, options?: { readonly signal?: AbortSignal }): Promise<unknown>
}

/**
 * A tool of LangChain as one of ours: its arguments are checked here first, and what it gives has to be JSON or text.
 *
 * @throws ToolError `tool/definition` for a name or schema that cannot be used
 * @example
 * const search = langChainTool(new TavilySearch({ maxResults: 3 }))
 * const agent = reAct('question -> answer', { tools: [search] })
 */
export const langChainTool = (
  given: LangChainTool,
  { needsApproval = false }: { readonly needsApproval?: boolean } = {},
): Tool<never, JsonValue> => {
  const { name, description, schema } = given
  const run = (input: unknown, { signal }: { readonly signal?: AbortSignal }): Promise<JsonValue> =>
    given.invoke(input as never, signal === undefined ? {} : { signal }) as Promise<JsonValue>
  return isStandard(schema)
    ? tool({ name, description, needsApproval, schema, run })
    : tool({ name, description, needsApproval, parameters: schema, run })
}

const isStandard = (schema: StandardSchema | JsonSchema): schema is StandardSchema => '~standard' in schema
