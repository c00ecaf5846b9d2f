import { redaction } from '../data/redaction.ts'
import { ConfigurationError } from '../errors/configuration-error.ts'
import { ToolError } from '../errors/tool-error.ts'
import type { Tool } from '../ports/tool.ts'
import { usableNames } from './mcp-names.ts'
import { loadMcpSdk, type McpTransport, type ServerTool } from './mcp-sdk.ts'
import { mcpSession } from './mcp-session.ts'
import { mcpTool } from './mcp-tool.ts'

export interface McpOptions {
  /** Put before the name of each tool, with `_` between: tells the tools of several servers apart. */
  readonly prefix?: string
  /** The tools to take, by the server's names for them; all when absent. */
  readonly only?: readonly string[]
  /**
   * Which of them need approval before each call; when absent, those that their server marks as destructive. Nobody
   * checks what a server says, so trust it to ask for approval, never to make approval needless.
   */
  readonly needsApproval?: boolean | ((tool: McpToolDescription) => boolean)
  /** Milliseconds that connecting, listing and each call may take; 60,000 when absent. */
  readonly timeoutMs?: number
  /** Stops connecting and the first listing. Calls have signals of their own. */
  readonly signal?: AbortSignal
  /** Told the new tools after the server said that they changed, or why they could not be read. */
  readonly onChange?: (tools: readonly Tool[] | ToolError) => void
  /** Brings `@modelcontextprotocol/client`, where it is not found by that name. */
  readonly sdk?: () => Promise<unknown>
}

export type McpToolDescription = Pick<ServerTool, 'name' | 'title' | 'description' | 'annotations'>

/** A server reached over streamable HTTP. */
export interface McpHttpOptions extends McpOptions {
  /** Where the server answers: `https://…/mcp`. */
  readonly url: string
  /** Sent with every request: keys and the like, which no error repeats. */
  readonly headers?: Readonly<Record<string, string>>
  /** The platform's own when absent. */
  readonly fetch?: typeof fetch
}

/** A server reached by any transport of the SDK; made anew for each connection. */
export interface McpTransportOptions extends McpOptions {
  readonly transport: () => McpTransport | Promise<McpTransport>
  /** What errors call the server. */
  readonly server: string
  /** What no error may repeat. */
  readonly secrets?: readonly string[]
}

/** The tools of a server, as long as it is needed. */
export interface McpTools {
  /** As the server last listed them; a change makes a new list. */
  readonly tools: readonly Tool[]
  /** Tools of the server that cannot be used, each as the error that says why. */
  readonly refused: readonly ToolError[]
  /** Asks the server again. */
  refresh(signal?: AbortSignal): Promise<readonly Tool[]>
  /** Ends the connection; calls fail from now on. */
  close(): Promise<void>
}

/**
 * The tools of an MCP server (Model Context Protocol), through the official SDK, an optional peer:
 * `npm install @modelcontextprotocol/client`. Over streamable HTTP it runs wherever `fetch` does; `kkachi/node` has
 * `mcpCommandTools` for servers that are programs.
 *
 * 1. A tool is called by the server's name for it where every provider takes such a name, else by one made from it
 *    (`files/read` becomes `files_read_2b733164`). A tool that cannot be used is in `refused`; the others work.
 * 2. Arguments are checked before they are sent. A result is the server's structured content, else its text, else its
 *    parts; what the server calls an error is ToolError `tool/failed` with its text as the cause.
 * 3. A broken connection fails the calls under way; the next call opens another. No call is sent twice, but when the server
 *    said that it did not know the session.
 * 4. Neither headers nor the address's path and query are in errors.
 *
 * @throws ConfigurationError `configuration/missing` without the SDK, `configuration/invalid` for an address that is none;
 * ToolError `tool/server` when the server cannot be reached, gives no answer in time or breaks its protocol
 * @see https://modelcontextprotocol.io/specification
 * @example
 * const docs = await mcpTools({ url: 'https://docs.example/mcp', headers: { Authorization: `Bearer ${key}` } })
 * const agent = reAct('question -> answer', { tools: docs.tools })
 * await docs.close()
 */
export const mcpTools = async (options: McpHttpOptions | McpTransportOptions): Promise<McpTools> => {
  const { needsApproval = isMarkedDestructive, timeoutMs = 60_000, onChange, only, prefix } = options
  const sdk = await loadMcpSdk(options.sdk ?? (() => import('@modelcontextprotocol/client')))
  const { server, secrets, transport } = 'url' in options ? overHttp(options, sdk) : { secrets: [], ...options }
  const redact = redaction(secrets)
  const session = mcpSession({ sdk, transport, at: { server, timeoutMs, redact }, onListChanged: () => changed() })
  let tools: readonly Tool[] = []
  let refused: readonly ToolError[] = []

  const refresh = async (signal?: AbortSignal): Promise<readonly Tool[]> => {
    const listed = (await session.list(signal)).filter(({ name }) => only?.includes(name) ?? true)
    const names = await usableNames(
      listed.map(({ name }) => name),
      prefix,
    )
    const usable: Tool[] = []
    const unusable: ToolError[] = []
    for (const [index, described] of listed.entries()) {
      const name = names[index] ?? described.name
      const approval = typeof needsApproval === 'function' ? needsApproval(described) : needsApproval
      try {
        if (usable.some(tool => tool.name === name)) throw twice(name, server)
        usable.push(mcpTool(name, described, { session, server, redact, needsApproval: approval }))
      } catch (error) {
        if (!(error instanceof ToolError)) throw error
        unusable.push(error)
      }
    }
    tools = usable
    refused = unusable
    return tools
  }
  const changed = (): void => {
    refresh().then(onChange, (error: unknown) => {
      if (error instanceof ToolError) onChange?.(error)
      else throw error
    })
  }

  try {
    await refresh(options.signal)
  } catch (error) {
    await session.close()
    throw error
  }
  return {
    get tools() {
      return tools
    },
    get refused() {
      return refused
    },
    refresh,
    close: () => session.close(),
  }
}

const isMarkedDestructive = ({ annotations }: McpToolDescription): boolean => annotations?.destructiveHint === true

const twice = (name: string, server: string): ToolError =>
  new ToolError('tool/definition', `The MCP server ${server} lists two tools '${name}'. Only the first is used.`, {
    tool: name,
  })

const overHttp = (
  { url, headers = {}, fetch: bring }: McpHttpOptions,
  { StreamableHTTPClientTransport }: Awaited<ReturnType<typeof loadMcpSdk>>,
): Pick<Required<McpTransportOptions>, 'server' | 'secrets' | 'transport'> => {
  const address = addressOf(url)
  const { host, pathname, search, username, password } = address
  const queried = search.split(/[?&=]/).filter(({ length }) => length > 3)
  const values = Object.values(headers)
  // `Bearer KEY` is a secret as a whole, and so is the key alone.
  const words = values.flatMap(value => value.split(/\s+/)).filter(({ length }) => length > 7)
  const secrets = [...values, ...words, ...queried, username, password, `${pathname}${search}`, pathname]
  return {
    server: host,
    secrets: secrets.filter(secret => secret !== '/'),
    transport: () =>
      new StreamableHTTPClientTransport(address, {
        requestInit: { headers },
        ...(bring === undefined ? undefined : { fetch: bring }),
      }),
  }
}

const addressOf = (url: string): URL => {
  try {
    const address = new URL(url)
    if (address.protocol === 'https:' || address.protocol === 'http:') return address
  } catch {
    // The error below says more, and does not repeat what may hold a key.
  }
  throw new ConfigurationError(
    'configuration/invalid',
    'Expected the address of an MCP server. Write { url: "https://…/mcp" }.',
    { option: 'url' },
  )
}
