import { ConfigurationError } from '../../src/index.ts'
import { type McpOptions, type McpTools, mcpTools } from '../../src/tools/index.ts'

export interface McpCommandOptions extends McpOptions {
  /** The program that is the server; run as it is, never through a shell. */
  readonly command: string
  readonly args?: readonly string[]
  /**
   * Its environment, added to the few variables a program cannot do without (`PATH`, `HOME` and the like): none of ours
   * reaches it otherwise. No error repeats what is here.
   */
  readonly env?: Readonly<Record<string, string>>
  readonly cwd?: string
  /** Where what it says on standard error goes; nowhere when absent. */
  readonly stderr?: 'inherit' | 'ignore'
}

/**
 * The tools of an MCP server that is a program, spoken to over its standard input and output. Like `mcpTools`; the program
 * is started when it is first needed, again after it ended, and ends with close().
 *
 * @throws as `mcpTools`
 * @example
 * const files = await mcpCommandTools({ command: 'npx', args: ['-y', '@modelcontextprotocol/server-filesystem', folder] })
 */
export const mcpCommandTools = async (options: McpCommandOptions): Promise<McpTools> => {
  const { command, args = [], env = {}, cwd, stderr = 'ignore', ...rest } = options
  const { StdioClientTransport, getDefaultEnvironment } = await import('@modelcontextprotocol/client/stdio').catch(
    (cause: unknown) => {
      throw new ConfigurationError(
        'configuration/missing',
        'Tools of MCP servers need @modelcontextprotocol/client, which could not be loaded. Run: npm install @modelcontextprotocol/client',
        { option: '@modelcontextprotocol/client', cause },
      )
    },
  )
  return mcpTools({
    ...rest,
    server: command,
    secrets: Object.values(env),
    transport: () =>
      new StdioClientTransport({
        command,
        args: [...args],
        env: { ...getDefaultEnvironment(), ...env },
        stderr,
        ...(cwd === undefined ? undefined : { cwd }),
      }),
  })
}
