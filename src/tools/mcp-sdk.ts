import { ConfigurationError } from '../errors/configuration-error.ts'

/** What we use of `@modelcontextprotocol/client`, 2.4 or newer. */
export interface McpSdk {
  readonly Client: new (
    info: { readonly name: string; readonly version: string },
    options: McpClientOptions,
  ) => McpClient
  readonly StreamableHTTPClientTransport: new (url: URL, options: HttpTransportOptions) => McpTransport
}

export interface McpClientOptions {
  readonly capabilities: object
  readonly versionNegotiation: { readonly mode: 'auto' | 'legacy'; readonly probe?: { readonly timeoutMs: number } }
  readonly jsonSchemaValidator: { getValidator(): (value: unknown) => McpValidation }
  readonly listChanged: {
    readonly tools: { readonly autoRefresh: false; readonly debounceMs: number; onChanged(): void }
  }
}

interface McpValidation {
  readonly valid: true
  readonly data: unknown
  readonly errorMessage: undefined
}

export interface McpClient {
  onclose?: (() => void) | undefined
  onerror?: ((error: Error) => void) | undefined
  connect(transport: McpTransport, options: McpRequestOptions): Promise<void>
  listTools(params: undefined, options: McpRequestOptions & { readonly cacheMode: 'refresh' }): Promise<McpToolList>
  callTool(params: McpCall, options: McpRequestOptions): Promise<unknown>
  close(): Promise<void>
}

/** How messages get to a server and back. Any transport of the SDK is one. */
export interface McpTransport {
  start(): Promise<void>
  close(): Promise<void>
  /** Tells an HTTP server that its session is over. */
  terminateSession?(): Promise<void>
}

export interface McpRequestOptions {
  readonly timeout: number
  readonly signal?: AbortSignal
}

export interface McpCall {
  readonly name: string
  readonly arguments: Readonly<Record<string, unknown>>
}

interface McpToolList {
  readonly tools: readonly ServerTool[]
}

/** A tool as its server describes it. */
export interface ServerTool {
  readonly name: string
  readonly title?: string | undefined
  readonly description?: string | undefined
  readonly inputSchema: Readonly<Record<string, unknown>>
  readonly outputSchema?: Readonly<Record<string, unknown>> | undefined
  /** What the server says about it; nobody checks that. */
  readonly annotations?: { readonly readOnlyHint?: boolean; readonly destructiveHint?: boolean } | undefined
}

export interface HttpTransportOptions {
  readonly requestInit: { readonly headers: Readonly<Record<string, string>> }
  readonly fetch?: typeof fetch
}

/** @throws ConfigurationError `configuration/missing` when the package is not installed */
export const loadMcpSdk = async (bring: () => Promise<unknown>): Promise<McpSdk> => {
  const sdk = await bring().catch(error => {
    throw missing(error)
  })
  const has = (name: string) => typeof sdk === 'object' && sdk !== null && name in sdk
  // The one place where the library is taken at its word.
  if (has('Client') && has('StreamableHTTPClientTransport')) return sdk as McpSdk
  throw missing(new TypeError('it lacks Client or StreamableHTTPClientTransport; version 2.4 or newer has them'))
}

const missing = (cause: unknown): ConfigurationError =>
  new ConfigurationError(
    'configuration/missing',
    'Tools of MCP servers need @modelcontextprotocol/client 2.4 or newer, which could not be loaded. Run: npm install @modelcontextprotocol/client',
    { option: '@modelcontextprotocol/client', cause },
  )
