import { ToolError } from '../errors/tool-error.ts'
import { type FailedAt, isLost, isSessionGone, mcpFailure } from './mcp-failure.ts'
import type { McpCall, McpClient, McpRequestOptions, McpSdk, McpTransport, ServerTool } from './mcp-sdk.ts'
import { unlessAborted } from './unless-aborted.ts'

/** How long a server may take to say which versions of the protocol it speaks. */
const probeMs = 5_000

/** Notices of a changed list that come within this time are one. */
const togetherMs = 50

export interface McpSessionOptions {
  readonly sdk: McpSdk
  readonly transport: () => McpTransport | Promise<McpTransport>
  readonly at: FailedAt
  readonly onListChanged: () => void
}

/** A conversation with one server, over one connection after another where need be. */
export interface McpSession {
  list(signal?: AbortSignal): Promise<readonly ServerTool[]>
  call(params: McpCall, signal?: AbortSignal): Promise<unknown>
  close(): Promise<void>
}

/**
 * Opens a connection when it is first needed, and another when the last one broke. A call that was under way when it broke
 * fails and is not repeated, since the server may have done it; one that the server refused because it does not know the
 * session any more was not done, and is repeated once.
 */
export const mcpSession = ({ sdk, transport, at, onListChanged }: McpSessionOptions): McpSession => {
  let connection: Promise<Connection> | undefined
  let closed = false

  const connect = async (): Promise<Connection> => {
    const client = new sdk.Client(
      { name: 'kkachi', version: '1.0.0' },
      {
        capabilities: {},
        versionNegotiation: { mode: 'auto', probe: { timeoutMs: Math.min(probeMs, at.timeoutMs) } },
        // Results are held to their schema where they are read: here nothing compiles what a server wrote.
        jsonSchemaValidator: { getValidator: () => data => ({ valid: true, data, errorMessage: undefined }) },
        listChanged: { tools: { autoRefresh: false, debounceMs: togetherMs, onChanged: onListChanged } },
      },
    )
    const way = await transport()
    await client.connect(way, { timeout: at.timeoutMs })
    return { client, way }
  }

  const open = (): Promise<Connection> => {
    if (closed) throw new ToolError('tool/server', `The tools of ${at.server} were closed. Open them again.`, closedAt)
    if (connection !== undefined) return connection
    const opened: Promise<Connection> = connect()
    connection = opened
    const forget = () => {
      if (connection === opened) connection = undefined
    }
    opened.then(({ client }) => {
      client.onclose = forget
    }, forget)
    return opened
  }
  const closedAt = { tool: at.server }

  const drop = async (dropped: Promise<Connection>): Promise<void> => {
    if (connection === dropped) connection = undefined
    const { client } = await dropped
    await client.close()
  }

  const perform = async <Result>(
    ask: (client: McpClient, options: McpRequestOptions) => Promise<Result>,
    failedAt: FailedAt,
    signal: AbortSignal | undefined,
    again = true,
  ): Promise<Result> => {
    const options = { timeout: at.timeoutMs, ...(signal === undefined ? undefined : { signal }) }
    let used: Promise<Connection> | undefined
    try {
      const { client } = await unlessAborted(() => {
        used = open()
        return used
      }, signal)
      return await unlessAborted(() => ask(client, options), signal)
    } catch (error) {
      signal?.throwIfAborted()
      // Closing what is broken may fail; the failure that matters is the one at hand.
      if (used !== undefined && isLost(error)) await drop(used).catch(() => {})
      if (again && isSessionGone(error)) return perform(ask, failedAt, signal, false)
      throw mcpFailure(error, failedAt)
    }
  }

  return {
    list: signal =>
      perform(
        async (client, options) => (await client.listTools(undefined, { ...options, cacheMode: 'refresh' })).tools,
        at,
        signal,
      ),
    call: (params, signal) =>
      perform((client, options) => client.callTool(params, options), { ...at, tool: params.name }, signal),
    async close() {
      closed = true
      const last = connection
      if (last === undefined) return
      // A server that is gone needs no goodbye, and may not give one.
      await last.then(({ way }) => way.terminateSession?.()).catch(() => {})
      await drop(last).catch(() => {})
    },
  }
}

interface Connection {
  readonly client: McpClient
  readonly way: McpTransport
}
