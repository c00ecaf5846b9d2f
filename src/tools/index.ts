/** Tools for agents: functions with a schema, and the tools of MCP servers. */
export type { McpTransport } from './mcp-sdk.ts'
export {
  type McpHttpOptions,
  type McpOptions,
  type McpToolDescription,
  type McpTools,
  type McpTransportOptions,
  mcpTools,
} from './mcp-tools.ts'
export { type JsonSchemaToolOptions, type SchemaToolOptions, tool } from './tool.ts'
