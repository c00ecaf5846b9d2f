import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { mcpCommandTools } from '../../node/index.ts'
import type { Tool } from '../../src/ports/tool.ts'
import { recordingTracer } from '../../src/testing/recording-tracer.ts'
import { type McpOptions, type McpTools, mcpTools } from '../../src/tools/mcp-tools.ts'
import { everythingServer, type RunningServer, startEverything } from './everything-server.ts'

let http: RunningServer
const opened: McpTools[] = []
beforeAll(async () => {
  http = await startEverything()
})
afterAll(async () => {
  await Promise.all(opened.map(one => one.close()))
  await http.stop()
})

const open = {
  'streamable HTTP': () => mcpTools({ url: http.url, headers: { Authorization: 'Bearer not-a-real-key' } }),
  stdio: () =>
    mcpCommandTools({ command: process.execPath, args: [everythingServer, 'stdio'], env: { KKACHI_MARK: 'of ours' } }),
}

const named = ({ tools }: McpTools, name: string): Tool => {
  const found = tools.find(tool => tool.name === name)
  if (found === undefined) throw new Error(`no tool ${name}`)
  return found
}

describe.each(Object.entries(open))('the tools of the official example server over %s', (kind, connect) => {
  let server: McpTools
  beforeAll(async () => {
    server = await connect()
    opened.push(server)
  })

  test('are listed, with their schemas', () => {
    const names = server.tools.map(tool => tool.name)
    expect(names).toEqual(expect.arrayContaining(['echo', 'get-sum', 'get-tiny-image', 'get-structured-content']))
    expect(server.refused).toEqual([])
    expect(named(server, 'get-sum')).toMatchObject({
      description: 'Returns the sum of two numbers',
      parameters: { type: 'object', properties: { a: { type: 'number' } }, required: ['a', 'b'] },
    })
  })

  test('give text', async () => {
    expect(await named(server, 'echo').call({ message: '日本 🎉' })).toBe('Echo: 日本 🎉')
    expect(await named(server, 'get-sum').call({ a: 2, b: 40 })).toBe('The sum of 2 and 40 is 42.')
  })

  test('give structured content', async () => {
    expect(await named(server, 'get-structured-content').call({ location: 'Chicago' })).toEqual({
      temperature: 36,
      conditions: 'Light rain / drizzle',
      humidity: 82,
    })
  })

  test('give pictures as parts of a message', async () => {
    expect(await named(server, 'get-tiny-image').call({})).toEqual([
      { type: 'text', text: "Here's the image you requested:" },
      { type: 'image', url: expect.stringMatching(/^data:image\/png;base64,iVBOR/) },
      { type: 'text', text: 'The image above is the MCP logo.' },
    ])
  })

  test('give links to resources and what they hold', async () => {
    const links = await named(server, 'get-resource-links').call({ count: 1 })
    expect(links).toEqual([
      expect.objectContaining({ type: 'text' }),
      expect.objectContaining({ type: 'resource_link' }),
    ])
    const reference = await named(server, 'get-resource-reference').call({ resourceType: 'Text', resourceId: 1 })
    expect(reference).toContainEqual(expect.objectContaining({ type: 'resource', text: expect.any(String) }))
  })

  test('are not called with wrong arguments', async () => {
    const tracer = recordingTracer()
    const call = named(server, 'get-sum').call({ a: 'two', b: 40 }, { tracer })
    await expect(call).rejects.toMatchObject({ code: 'tool/arguments', path: 'a' })
    expect(tracer.spans).toMatchObject([{ kind: 'tool', name: 'get-sum' }])
  })

  test('answer many calls at once, each its own', async () => {
    const sums = await Promise.all(
      Array.from({ length: 20 }, (_, index) => named(server, 'get-sum').call({ a: index, b: 1 })),
    )
    expect(sums).toEqual(sums.map((_, index) => `The sum of ${index} and 1 is ${index + 1}.`))
  })

  test('are left in the middle of a call when it is aborted, and go on', async () => {
    const controller = new AbortController()
    const call = named(server, 'trigger-long-running-operation').call(
      { duration: 60, steps: 2 },
      { signal: controller.signal },
    )
    setTimeout(() => controller.abort(), 50)
    await expect(call).rejects.toMatchObject({ name: 'AbortError' })
    expect(await named(server, 'echo').call({ message: 'still here' })).toBe('Echo: still here')
  })

  test('get nothing of our environment but what it was given', async () => {
    if (kind !== 'stdio') return
    const text = String(await named(server, 'get-env').call({}))
    const seen = Object.keys(JSON.parse(text))
    expect(JSON.parse(text).KKACHI_MARK).toBe('of ours')
    expect(seen).not.toContain('VITEST')
  })

  test('can be taken in part and told apart by a prefix, and end', async () => {
    const options = { only: ['echo'], prefix: 'all' }
    const some = await (kind === 'stdio'
      ? mcpCommandTools({ command: process.execPath, args: [everythingServer, 'stdio'], ...options })
      : mcpTools({ url: http.url, ...options }))
    expect(some.tools.map(tool => tool.name)).toEqual(['all_echo'])
    expect(await named(some, 'all_echo').call({ message: 'x' })).toBe('Echo: x')
    await some.close()
    await expect(named(some, 'all_echo').call({ message: 'x' })).rejects.toMatchObject({ code: 'tool/server' })
  })
})

/** A server that can end, and that can have one tool more. */
const smallServer = [
  '--input-type=module',
  '-e',
  `
  import { createInterface } from 'node:readline'
  const say = message => process.stdout.write(JSON.stringify({ jsonrpc: '2.0', ...message }) + '\\n')
  const tools = ['pid', 'die', 'grow'].map(name => ({ name, inputSchema: { type: 'object' } }))
  const grow = () => {
    tools.push({ name: 'grown', inputSchema: { type: 'object' } })
    say({ method: 'notifications/tools/list_changed' })
    return 'grown'
  }
  const run = { pid: () => String(process.pid), die: () => process.exit(1), grow, grown: () => 'new' }
  const results = {
    initialize: ({ protocolVersion }) =>
      ({ protocolVersion, capabilities: { tools: { listChanged: true } }, serverInfo: { name: 's', version: '1' } }),
    'tools/list': () => ({ tools }),
    'tools/call': ({ name }) => ({ content: [{ type: 'text', text: run[name]() }] }),
  }
  createInterface({ input: process.stdin }).on('line', line => {
    const { id, method, params } = JSON.parse(line)
    if (id === undefined) return
    const answer = results[method]
    say(answer ? { id, result: answer(params) } : { id, error: { code: -32601, message: 'no' } })
  })`,
]

test('the tools of a server that says they changed are read again', async () => {
  let tell = (_: readonly Tool[]): void => {}
  const changed = new Promise<readonly Tool[]>(resolve => {
    tell = resolve
  })
  const onChange: NonNullable<McpOptions['onChange']> = tools => 'length' in tools && tell(tools)
  const server = await mcpCommandTools({ command: process.execPath, args: smallServer, onChange })
  opened.push(server)
  await named(server, 'grow').call({})
  expect((await changed).map(({ name }) => name)).toEqual(['pid', 'die', 'grow', 'grown'])
  expect(await named(server, 'grown').call({})).toBe('new')
})

describe('a server that goes away', () => {
  test('fails the call with tool/server, and is reached again when it is back', async () => {
    const first = await startEverything()
    const server = await mcpTools({ url: first.url, only: ['echo'], timeoutMs: 5_000 })
    opened.push(server)
    await first.stop()
    const dead = named(server, 'echo').call({ message: 'x' })
    await expect(dead).rejects.toMatchObject({ code: 'tool/server', retryable: true })
    const second = await startEverything(first.port)
    expect(await named(server, 'echo').call({ message: 'again' })).toBe('Echo: again')
    await second.stop()
  })

  test('is started again when it is a program that ended', async () => {
    const server = await mcpCommandTools({ command: process.execPath, args: smallServer })
    opened.push(server)
    const before = await named(server, 'pid').call({})
    await expect(named(server, 'die').call({})).rejects.toMatchObject({ code: 'tool/server', retryable: true })
    const after = await named(server, 'pid').call({})
    expect(after).toMatch(/^\d+$/)
    expect(after).not.toBe(before)
  })

  test('is tool/server where nothing answers, and where the program does not exist', async () => {
    const nobody = mcpTools({ url: 'http://127.0.0.1:9/mcp' })
    await expect(nobody).rejects.toMatchObject({ code: 'tool/server', tool: '127.0.0.1:9' })
    const nothing = mcpCommandTools({ command: 'no-such-program-anywhere' })
    await expect(nothing).rejects.toMatchObject({ code: 'tool/server', tool: 'no-such-program-anywhere' })
  })
})
