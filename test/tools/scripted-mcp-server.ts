/** What a scripted server answers to one method: a result, an error of the protocol, or a whole response. */
export type McpAnswer = { readonly result: unknown } | { readonly error: unknown } | Response

export interface ScriptedMcpServer {
  /** Stands for the network: give it to `mcpTools`. */
  readonly fetch: typeof fetch
  /** The methods asked for, `initialize` and notifications included. */
  readonly asked: string[]
  /** The headers of the last request. */
  headers: Headers
}

type Answers = Readonly<
  Record<string, (params: Record<string, unknown>, index: number) => McpAnswer | Promise<McpAnswer>>
>

/** An MCP server over streamable HTTP that says what it is told to. */
export const scriptedMcpServer = (answers: Answers): ScriptedMcpServer => {
  const counts = new Map<string, number>()
  const server: ScriptedMcpServer = {
    asked: [],
    headers: new Headers(),
    fetch: async (_, init) => {
      const { method = 'GET', body, headers } = init ?? {}
      server.headers = new Headers(headers as Record<string, string>)
      if (method !== 'POST') return new Response(null, { status: 405 })
      const message = JSON.parse(String(body)) as { id?: number; method: string; params?: Record<string, unknown> }
      server.asked.push(message.method)
      if (message.id === undefined) return new Response(null, { status: 202 })
      const index = counts.get(message.method) ?? 0
      counts.set(message.method, index + 1)
      const answer = await (answers[message.method] ?? builtIn[message.method] ?? unknownMethod)(
        message.params ?? {},
        index,
      )
      if (answer instanceof Response) return answer
      return Response.json(
        { jsonrpc: '2.0', id: message.id, ...answer },
        { headers: { 'mcp-session-id': `session-${index}` } },
      )
    },
  }
  return server
}

const builtIn: Answers = {
  initialize: ({ protocolVersion }) => ({
    result: {
      protocolVersion,
      capabilities: { tools: { listChanged: true } },
      serverInfo: { name: 's', version: '1' },
    },
  }),
}

const unknownMethod = (): McpAnswer => ({ error: { code: -32601, message: 'Method not found' } })

export const textResult = (text: string): McpAnswer => ({ result: { content: [{ type: 'text', text }] } })
