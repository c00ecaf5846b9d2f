import { isObject } from '../data/json-shape.ts'
import type { Redact } from '../data/redaction.ts'
import { ToolError } from '../errors/tool-error.ts'
import type { Tool } from '../ports/tool.ts'
import { readMcpResult } from './mcp-result.ts'
import type { ServerTool } from './mcp-sdk.ts'
import type { McpSession } from './mcp-session.ts'
import { plainJson } from './plain-json.ts'
import { type SchemaChecker, schemaChecker, UncheckableSchema } from './schema-checker.ts'
import { definedTool } from './tool.ts'
import { argumentChecker, checkDefinition, parametersOf, refusedDefinition } from './tool-definition.ts'

export interface McpToolParts {
  readonly session: McpSession
  readonly server: string
  readonly redact: Redact
  readonly needsApproval: boolean
}

/**
 * A tool of a server as one of ours. Its arguments are checked here as far as we can and by the server; a word of a
 * server about a tool is a text for the model and nothing else.
 *
 * @throws ToolError `tool/definition`
 */
export const mcpTool = (name: string, described: ServerTool, parts: McpToolParts): Tool => {
  const { session, server, redact, needsApproval } = parts
  const { title, description, inputSchema, outputSchema } = described
  const text = [description, title, described.name].find(one => one !== undefined && one.trim() !== '') ?? name
  checkDefinition(name, text)
  const schema = plainJson(inputSchema)
  if ('problem' in schema || !isObject(schema.value)) {
    throw refusedDefinition(name, 'the schema of its arguments is no JSON', `Ask who runs ${server}.`)
  }
  const parameters = parametersOf(name, undefined, schema.value)
  const check = resultChecker(outputSchema)
  return definedTool({
    name,
    description: text,
    parameters,
    needsApproval,
    check: argumentChecker(name, parameters, 'ignore'),
    schema: undefined,
    run: async (given, { signal }) => {
      const args = given as Readonly<Record<string, unknown>>
      const answer = await session.call({ name: described.name, arguments: args }, signal)
      try {
        return readMcpResult(answer, { tool: name, server, redact, check })
      } catch (error) {
        throw error instanceof ToolError ? error : new ToolError('tool/server', String(error), { tool: name })
      }
    },
  })
}

/** A schema that cannot be checked checks nothing: it is the server's own promise about its own answers. */
const resultChecker = (outputSchema: ServerTool['outputSchema']): SchemaChecker | undefined => {
  const schema = plainJson(outputSchema ?? null)
  if ('problem' in schema || !isObject(schema.value)) return undefined
  try {
    return schemaChecker(schema.value, { unknownKeywords: 'ignore', extraKeys: 'allow' })
  } catch (error) {
    if (error instanceof UncheckableSchema) return undefined
    throw error
  }
}
