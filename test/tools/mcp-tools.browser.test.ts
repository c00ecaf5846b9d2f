import { expect, test } from 'vitest'
import { mcpTools } from '../../src/tools/mcp-tools.ts'
import { scriptedMcpServer, textResult } from './scripted-mcp-server.ts'

test('tools of an MCP server are listed and called in Chromium', async () => {
  const server = scriptedMcpServer({
    'tools/list': () => ({
      result: {
        tools: [
          { name: 'echo', inputSchema: { type: 'object', properties: { text: { type: 'string' } } } },
          { name: 'typed', inputSchema: { type: 'object' }, outputSchema: { type: 'object' } },
        ],
      },
    }),
    'tools/call': ({ name, arguments: given }) =>
      name === 'typed' ? { result: { content: [], structuredContent: { n: 1 } } } : textResult(JSON.stringify(given)),
  })
  const opened = await mcpTools({ url: 'https://tools.example/mcp', fetch: server.fetch })
  const [echo, typed] = opened.tools
  expect(await echo?.call({ text: 'x' })).toBe('{"text":"x"}')
  expect(await typed?.call({})).toEqual({ n: 1 })
  await expect(echo?.call({ text: 1 })).rejects.toMatchObject({ code: 'tool/arguments' })
  await opened.close()
})
