import type { Redact } from '../data/redaction.ts'
import { ToolError } from '../errors/tool-error.ts'

/** The server's own refusal of what it was asked, in JSON-RPC. */
const invalidParams = -32602

/** Where a call failed. */
export interface FailedAt {
  /** The server, as messages name it: a host, a command. */
  readonly server: string
  /** The tool that was called; absent while connecting and listing. */
  readonly tool?: string
  readonly timeoutMs: number
  readonly redact: Redact
}

/**
 * The error for a call that a server refused, or that never got an answer. What it is caused by says what the server or
 * the network said, without secrets.
 */
export const mcpFailure = (error: unknown, { server, tool, timeoutMs, redact }: FailedAt): ToolError => {
  if (error instanceof ToolError) return error
  const said = redact(error instanceof Error ? error.message : String(error)).slice(0, 500)
  const evidence = { tool: tool ?? server, cause: new Error(said) }
  const code = codeOf(error)
  if (tool !== undefined && code === invalidParams) {
    return new ToolError('tool/failed', `The MCP server ${server} refused the call of '${tool}'.`, evidence)
  }
  const asked = tool === undefined ? 'when it was asked for its tools' : `when '${tool}' was called`
  if (code === 'REQUEST_TIMEOUT') {
    const message = `The MCP server ${server} gave no answer within ${timeoutMs} ms ${asked}. Raise timeoutMs, or try again.`
    return new ToolError('tool/server', message, { ...evidence, retryable: true })
  }
  const status = statusOf(error)
  const how = status === undefined ? 'could not be reached, or broke its protocol,' : `answered with status ${status}`
  const lost = isLost(error)
  const message = `The MCP server ${server} ${how} ${asked}. ${remedyOf(status)}`
  return new ToolError('tool/server', message, { ...evidence, retryable: lost && status !== 401 && status !== 403 })
}

const remedyOf = (status: number | undefined): string =>
  status === 401 || status === 403
    ? 'Check the headers it needs.'
    : 'Check its address, and try again: the next call connects anew.'

/** Whether the connection is of no more use: what failed was the way to the server, not a request on it. */
export const isLost = (error: unknown): boolean => {
  const code = codeOf(error)
  if (typeof code === 'number') return false
  return statusOf(error) !== undefined || typeof code !== 'string' || !withinConnection.has(code)
}

const withinConnection: ReadonlySet<string> = new Set([
  ...['REQUEST_TIMEOUT', 'INVALID_RESULT', 'UNSUPPORTED_RESULT_TYPE', 'CAPABILITY_NOT_SUPPORTED'],
  ...['LIST_PAGINATION_EXCEEDED', 'METHOD_NOT_SUPPORTED_BY_PROTOCOL_VERSION', 'INPUT_REQUIRED_ROUNDS_EXCEEDED'],
])

/** Whether the server does not know this session any more, and so did not do what it was asked. */
export const isSessionGone = (error: unknown): boolean => statusOf(error) === 404

const codeOf = (error: unknown): unknown =>
  typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined

const statusOf = (error: unknown): number | undefined => {
  const data = typeof error === 'object' && error !== null && 'data' in error ? error.data : undefined
  const status = typeof data === 'object' && data !== null && 'status' in data ? data.status : undefined
  return typeof status === 'number' ? status : undefined
}
