import { spawn } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { builtCopy, install, pack, root } from './built-copy.ts'

// Node only. Deno, which the same check asks for without flags, is not installed where these tests run: that it works
// there is not shown here. What the core uses of a platform is held by `src/globals.d.ts`.

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'kkachi-alone-')))
const project = join(folder, 'project')
const main = join(project, 'one-call.mjs')
const watch = fileURLToPath(new URL('./watch.mjs', import.meta.url))
const connections: string[] = []
let server: Server
let baseUrl = ''

/** Answers like a provider: whole, or as a stream where that is asked for. */
const answering = createServer((request, response) => {
  let body = ''
  request.on('data', piece => {
    body += piece
  })
  request.on('end', () => {
    response.setHeader('connection', 'close') // a further request is a further socket
    connections.push(`${request.method} ${request.url}`)
    const asked = body === '' ? {} : JSON.parse(body)
    const content = '[[ ## label ## ]]\nodd\n\n[[ ## completed ## ]]'
    const usage = { prompt_tokens: 5, completion_tokens: 5, total_tokens: 10 }
    const of = (choice: object) =>
      JSON.stringify({ id: 'x', model: 'pupil', usage, choices: [{ index: 0, ...choice }] })
    response.setHeader('content-type', asked.stream ? 'text/event-stream' : 'application/json')
    if (!asked.stream) response.end(of({ message: { role: 'assistant', content }, finish_reason: 'stop' }))
    else response.end(`data: ${of({ delta: { content }, finish_reason: 'stop' })}\n\ndata: [DONE]\n\n`)
  })
})

beforeAll(async () => {
  const copy = join(folder, 'copy')
  builtCopy(copy)
  install(pack(copy, folder), project)
  cpSync(fileURLToPath(new URL('./one-call.mjs', import.meta.url)), main)
  mkdirSync(join(project, 'node_modules'), { recursive: true })
  cpSync(join(root, 'node_modules/hono'), join(project, 'node_modules/hono'), { recursive: true })
  server = await new Promise<Server>(resolve => {
    const listening = answering.listen(0, '127.0.0.1', () => resolve(listening))
  })
  baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`
}, 600_000)

afterAll(() => {
  server?.closeAllConnections()
  server?.close()
  rmSync(folder, { recursive: true, force: true })
})

interface Ended {
  readonly code: number | null
  readonly err: string
  readonly told: unknown
}

const node = (flags: readonly string[], entries: readonly string[] = [], file = main): Promise<Ended> =>
  new Promise(resolve => {
    const child = spawn(process.execPath, ['--no-warnings', ...flags, file, baseUrl, ...entries], {
      cwd: project,
      env: { HOME: folder, OPENAI_API_KEY: 'sk-not-to-be-read', HTTP_PROXY: 'http://127.0.0.1:9', KKACHI_ANY: '1' },
    })
    let out = ''
    let err = ''
    child.stdout.on('data', piece => {
      out += piece
    })
    child.stderr.on('data', piece => {
      err += piece
    })
    child.on('close', code => resolve({ code, err, told: code === 0 ? JSON.parse(out) : undefined }))
  })

const works = {
  code: 0,
  err: '',
  told: { label: 'odd', kept: 'odd', last: 'prediction' },
}
const nowhere = { names: [], processes: [], changed: [] }

/** Entries that run on Node; those of a Worker and of a page need theirs. */
const entries = [
  ...['adapters', 'evaluation', 'inference', 'optimizers', 'sandbox', 'server', 'storage', 'testing', 'node'],
].map(entry => `kkachi/${entry}`)

describe('44. importing the package and running a call', () => {
  test.each([
    ['the main entry', []],
    ['every entry', entries],
  ])('of %s opens no socket but to the base URL, reads no variable and changes nothing global', async (_, imported) => {
    connections.length = 0
    const ended = await node(['--import', watch], imported)
    const { host } = new URL(baseUrl)
    const told = { ...works.told, ...nowhere, environment: [], sockets: [host] }
    expect(ended).toEqual({ ...works, told })
    // The warm-up, the call and the stream; the program from the file is answered by the cache.
    expect(connections).toEqual(['GET /v1', 'POST /v1/chat/completions', 'POST /v1/chat/completions'])
  })

  test('the watch sees what is touched: two variables by name for a model by name, and a global that is set', async () => {
    const file = join(project, 'touching.mjs')
    writeFileSync(file, touching)
    const ended = await node(['--import', watch], [], file)
    const told = { ...nowhere, environment: ['OPENAI_BASE_URL', 'OPENAI_API_KEY'], sockets: ['localhost:9'] }
    const changed = ['globalThis.leaked', 'Array.prototype.leaked']
    expect(ended).toEqual({ code: 0, err: '', told: { ...told, names: ['localhost'], changed } })
  })

  test.each([
    ['with frozen intrinsics', ['--frozen-intrinsics']],
    ['where text never becomes code', ['--disallow-code-generation-from-strings']],
    ['where __proto__ throws', ['--disable-proto=throw']],
    ['with permission to read its own files and nothing else', []],
    ['with all of it', ['--frozen-intrinsics', '--disallow-code-generation-from-strings', '--disable-proto=throw']],
  ])('works %s', async (_, flags) => {
    expect(await node([...flags, ...permission(['kkachi'])])).toEqual(works)
  })

  test('works with permission where every entry is imported, beside the one package that the server needs', async () => {
    const flags = ['--disallow-code-generation-from-strings', ...permission(['kkachi', 'hono'])]
    expect(await node(flags, entries)).toEqual(works)
  })

  test('the permission is one: what is not allowed is refused', async () => {
    const refused = await node(permission(['kkachi']), ['kkachi/server'])
    expect(refused).toMatchObject({ code: 1, err: expect.stringContaining('ERR_ACCESS_DENIED') })
  })
})

/** Permission to read these packages and the file that is run; to reach the network where this Node asks for that. */
const permission = (packages: readonly string[]): string[] => [
  '--permission',
  `--allow-fs-read=${main}`,
  ...packages.map(name => `--allow-fs-read=${join(project, 'node_modules', name)}/*`),
  ...(process.allowedNodeEnvironmentFlags.has('--allow-net') ? ['--allow-net'] : []),
]

const touching = `
  const watch = globalThis[Symbol.for('kkachi.test')]
  const { modelFromName } = await import('kkachi/node')
  const { connect } = await import('node:net')
  await fetch('data:,') // Node's own: it keeps what it connects by in a global
  watch.begin()
  modelFromName('openai/pupil')
  globalThis.leaked = true
  Array.prototype.leaked = true
  await new Promise(resolve => connect(9, 'localhost').on('error', resolve).on('connect', resolve))
  console.log(JSON.stringify(watch.end()))
`
