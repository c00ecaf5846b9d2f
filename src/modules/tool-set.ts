import { ToolError } from '../errors/tool-error.ts'
import type { Tool } from '../ports/tool.ts'
import { checkedTool } from '../tools/tool.ts'

/** The tools of an agent by name, in the order given. */
export type ToolSet = ReadonlyMap<string, Tool>

/**
 * Puts the tools of an agent together.
 *
 * @throws ToolError `tool/definition` for two tools of one name, a name the agent uses itself, or a tool that cannot be used
 */
export const toolSet = (tools: readonly Tool[], reserved: string): ToolSet => {
  const set = new Map<string, Tool>()
  for (const given of tools) {
    const { name } = given
    if (name === reserved) throw taken(name, 'is the name of the tool by which the agent ends')
    if (set.has(name)) throw taken(name, 'is the name of two tools')
    set.set(name, checkedTool(given))
  }
  return set
}

const taken = (name: string, how: string): ToolError =>
  new ToolError(
    'tool/definition',
    `'${name}' ${how}. Give the tool another name; for tools of an MCP server, the option \`prefix\`.`,
    { tool: name },
  )
