import { describe, expect, test } from 'vitest'
import type { Tool } from '../../src/ports/tool.ts'
import { type McpHttpOptions, type McpTools, mcpTools } from '../../src/tools/mcp-tools.ts'
import { type McpAnswer, type ScriptedMcpServer, scriptedMcpServer, textResult } from './scripted-mcp-server.ts'

const object = { type: 'object' }
const listing = (...tools: readonly object[]): { 'tools/list': () => McpAnswer } => ({
  'tools/list': () => ({ result: { tools } }),
})
const echo = {
  name: 'echo',
  description: 'Echoes.',
  inputSchema: { ...object, properties: { text: { type: 'string' } } },
}
const calling = (answer: (params: Record<string, unknown>, index: number) => McpAnswer | Promise<McpAnswer>) =>
  scriptedMcpServer({ ...listing(echo), 'tools/call': answer })

const open = (server: ScriptedMcpServer, options: Partial<McpHttpOptions> = {}): Promise<McpTools> =>
  mcpTools({ url: 'https://tools.example/mcp', fetch: server.fetch, ...options })

const first = ({ tools }: McpTools): Tool => {
  const [tool] = tools
  if (tool === undefined) throw new Error('no tool')
  return tool
}

describe('mcpTools', () => {
  test('lists and calls over a fetch, on every platform', async () => {
    const server = calling(({ arguments: given }) => textResult(JSON.stringify(given)))
    const opened = await open(server, { headers: { 'X-Key': 'not-a-real-key' } })
    expect(opened.tools).toMatchObject([{ name: 'echo', description: 'Echoes.' }])
    expect(await first(opened).call({ text: 'x' })).toBe('{"text":"x"}')
    expect(server.headers.get('x-key')).toBe('not-a-real-key')
    await opened.close()
    await expect(first(opened).call({ text: 'x' })).rejects.toMatchObject({ code: 'tool/server' })
  })

  test('reads every page of the list, and never endlessly many', async () => {
    const pages: Record<string, object> = {
      start: { tools: [echo], nextCursor: 'two' },
      two: { tools: [{ ...echo, name: 'b' }] },
    }
    const paged = scriptedMcpServer({ 'tools/list': ({ cursor = 'start' }) => ({ result: pages[String(cursor)] }) })
    expect((await open(paged)).tools.map(({ name }) => name)).toEqual(['echo', 'b'])
    const endless = scriptedMcpServer({
      'tools/list': (_, index) => ({ result: { tools: [{ ...echo, name: `t${index}` }], nextCursor: `${index}` } }),
    })
    await expect(open(endless)).rejects.toMatchObject({ code: 'tool/server' })
  })

  test('makes unusable names usable, each the same whatever else there is, and refuses what it must', async () => {
    const names = ['ok', 'files/read', 'files.read', 'a'.repeat(100), 'ok']
    const described = names.map(name => ({ name, inputSchema: object }))
    const broken = { name: 'broken', inputSchema: { ...object, properties: { a: { type: 'strange' } } } }
    const opened = await open(scriptedMcpServer(listing(...described, broken)))
    const used = opened.tools.map(({ name }) => name)
    expect(used).toEqual(['ok', 'files_read_2b733164', expect.any(String), expect.any(String)])
    expect(new Set(used).size).toBe(4)
    expect(used.every(name => /^[\w-]{1,64}$/.test(name))).toBe(true)
    expect(opened.refused).toMatchObject([
      { code: 'tool/definition', tool: 'ok' },
      { code: 'tool/definition', tool: 'broken' },
    ])
    const other = await open(scriptedMcpServer(listing({ name: 'files.read', inputSchema: object })))
    expect(other.tools[0]?.name).toBe(used[2])
    const prefixed = await open(scriptedMcpServer(listing(echo)), { prefix: 'docs' })
    expect(prefixed.tools[0]?.name).toBe('docs_echo')
  })

  test('calls a renamed tool by the name that its server has for it', async () => {
    const server = scriptedMcpServer({
      ...listing({ name: 'files/read', inputSchema: object }),
      'tools/call': ({ name }) => textResult(String(name)),
    })
    expect(await first(await open(server)).call({})).toBe('files/read')
  })

  test('asks for approval of what the server marks as destructive, and of what the user says', async () => {
    const marked = [
      { name: 'read', inputSchema: object, annotations: { readOnlyHint: true } },
      { name: 'wipe', inputSchema: object, annotations: { destructiveHint: true } },
    ]
    const server = () => scriptedMcpServer(listing(...marked))
    const asking = async (options: Partial<McpHttpOptions>) =>
      (await open(server(), options)).tools.map(({ name, needsApproval = false }) => [name, needsApproval])
    expect(await asking({})).toEqual([
      ['read', false],
      ['wipe', true],
    ])
    expect(await asking({ needsApproval: true })).toEqual([
      ['read', true],
      ['wipe', true],
    ])
    expect(await asking({ needsApproval: ({ name }) => name === 'read' })).toEqual([
      ['read', true],
      ['wipe', false],
    ])
    const { tools } = await open(server())
    await expect(tools[1]?.call({})).rejects.toMatchObject({ code: 'tool/refused' })
  })

  test.each<readonly [string, object, unknown]>([
    ['structured content first', { content: [{ type: 'text', text: '1' }], structuredContent: { n: 1 } }, { n: 1 }],
    ['one text', { content: [{ type: 'text', text: 'a' }] }, 'a'],
    [
      'several texts',
      {
        content: [
          { type: 'text', text: 'a' },
          { type: 'text', text: 'b' },
        ],
      },
      ['a', 'b'],
    ],
    ['nothing', { content: [] }, []],
    [
      'a picture',
      { content: [{ type: 'image', data: 'AAAA', mimeType: 'image/png' }] },
      [{ type: 'image', url: 'data:image/png;base64,AAAA' }],
    ],
    [
      'sound',
      { content: [{ type: 'audio', data: 'AAAA', mimeType: 'audio/wav' }] },
      [{ type: 'audio', data: 'AAAA', format: 'wav' }],
    ],
  ])('reads %s', async (_, result, expected) => {
    expect(await first(await open(calling(() => ({ result })))).call({})).toEqual(expected)
  })

  test('makes tool/failed of what the server calls an error, with its text as the cause', async () => {
    const server = calling(() => ({ result: { isError: true, content: [{ type: 'text', text: 'no such page' }] } }))
    const call = first(await open(server)).call({})
    await expect(call).rejects.toMatchObject({ code: 'tool/failed', cause: { message: 'no such page' } })
  })

  test('makes tool/failed of arguments that the server refuses, tool/server of a broken protocol', async () => {
    const refusing = calling(() => ({ error: { code: -32602, message: 'Unknown tool' } }))
    await expect(first(await open(refusing)).call({})).rejects.toMatchObject({ code: 'tool/failed' })
    const breaking = calling(() => ({ error: { code: -32603, message: 'Internal error' } }))
    await expect(first(await open(breaking)).call({})).rejects.toMatchObject({ code: 'tool/server' })
    const odd = calling(() => ({ result: { content: 'not a list' } }))
    await expect(first(await open(odd)).call({})).rejects.toMatchObject({ code: 'tool/server' })
  })

  test('holds structured content to what the server said it is', async () => {
    const outputSchema = { ...object, properties: { n: { type: 'integer' } }, required: ['n'] }
    const server = (structuredContent: object) =>
      scriptedMcpServer({
        ...listing({ ...echo, outputSchema }),
        'tools/call': () => ({ result: { content: [], structuredContent } }),
      })
    expect(await first(await open(server({ n: 1, more: true }))).call({})).toEqual({ n: 1, more: true })
    await expect(first(await open(server({ n: 'x' }))).call({})).rejects.toMatchObject({ code: 'tool/server' })
  })

  test('security 32: changes no prototype by what a server says', async () => {
    const text = '{"content":[],"structuredContent":{"__proto__":{"polluted":true},"n":1}}'
    const server = calling(() => ({ result: JSON.parse(text) }))
    await first(await open(server))
      .call({})
      .catch(() => {})
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined()
  })

  test('says what is wrong with a server that refuses or does not exist, and nothing secret', async () => {
    const key = 'Bearer s3cret-t0ken-value'
    const echoing = scriptedMcpServer({
      initialize: () => new Response(`no access for s3cret-t0ken-value with ${key}`, { status: 401 }),
    })
    const url = 'https://user.example/mcp/private-path-123?key=query-secret-9'
    const error = await open(echoing, { url, headers: { Authorization: key } }).catch(thrown => thrown)
    expect(error).toMatchObject({ code: 'tool/server', tool: 'user.example', retryable: false })
    const everything = [
      error.message,
      error.stack,
      String(error.cause),
      JSON.stringify(error),
      error.cause?.stack,
    ].join()
    for (const secret of ['s3cret', 'private-path-123', 'query-secret-9']) expect(everything).not.toContain(secret)
    const down = mcpTools({ url, fetch: () => Promise.reject(new TypeError(`cannot reach ${url}`)) })
    const failure = await down.catch(thrown => thrown)
    expect(failure).toMatchObject({ code: 'tool/server', retryable: true })
    expect(`${failure.message} ${failure.cause}`).not.toContain('query-secret-9')
  })

  test('ends a call by its timeout as tool/server, and by its signal as an abort', async () => {
    const silent = calling(() => new Promise<never>(() => {}))
    const opened = await open(silent, { timeoutMs: 200 })
    const late = first(opened).call({})
    await expect(late).rejects.toMatchObject({
      code: 'tool/server',
      retryable: true,
      message: expect.stringContaining('200 ms'),
    })
    const controller = new AbortController()
    const call = first(opened).call({}, { signal: controller.signal })
    controller.abort()
    await expect(call).rejects.toMatchObject({ name: 'AbortError' })
  })

  test('makes a new session, and the call again, when the server does not know the old one', async () => {
    const server = calling((_, index) =>
      index === 0 ? new Response('unknown session', { status: 404 }) : textResult('here'),
    )
    expect(await first(await open(server)).call({})).toBe('here')
    expect(server.asked.filter(method => method === 'initialize')).toHaveLength(2)
    const stubborn = calling(() => new Response('unknown session', { status: 404 }))
    await expect(first(await open(stubborn)).call({})).rejects.toMatchObject({ code: 'tool/server' })
    expect(stubborn.asked.filter(method => method === 'tools/call')).toHaveLength(2)
  })

  test('does not make a call again that the server may have done', async () => {
    const server = calling((_, index) => (index === 0 ? new Response('oops', { status: 502 }) : textResult('here')))
    const opened = await open(server)
    await expect(first(opened).call({})).rejects.toMatchObject({ code: 'tool/server', retryable: true })
    expect(server.asked.filter(method => method === 'tools/call')).toHaveLength(1)
    expect(await first(opened).call({})).toBe('here')
  })

  test('asks for the tools again when told to', async () => {
    const server = scriptedMcpServer({
      'tools/list': (_, index) => ({ result: { tools: [{ ...echo, name: `echo${index}` }] } }),
    })
    const opened = await open(server)
    expect(first(opened).name).toBe('echo0')
    await opened.refresh()
    expect(first(opened).name).toBe('echo1')
  })

  test('names the install command when the SDK is missing or too old', async () => {
    const missing = mcpTools({ url: 'https://a.example', sdk: () => Promise.reject(new Error('Cannot find package')) })
    await expect(missing).rejects.toMatchObject({
      code: 'configuration/missing',
      message: expect.stringContaining('npm install @modelcontextprotocol/client'),
    })
    const old = mcpTools({ url: 'https://a.example', sdk: async () => ({ Client: class {} }) })
    await expect(old).rejects.toMatchObject({ code: 'configuration/missing' })
  })

  test.each(['not an address', 'file:///etc/passwd', 'javascript:alert(1)'])('refuses the address %s', async url => {
    await expect(mcpTools({ url })).rejects.toMatchObject({ code: 'configuration/invalid', option: 'url' })
  })
})
