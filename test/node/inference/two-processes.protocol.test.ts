import { type ChildProcess, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'

const name = 'model.onnx_data'
const content = new Uint8Array(3 * 2 ** 20).map((_, at) => (at * 7 + (at >> 9)) % 256)
const half = 2 ** 21
const sha256Of = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

let server: Server
let address = ''
/** Where each answer began. */
let asked: number[] = []
/** Until then answers stop in the middle. */
let released: Promise<void>
let release: () => void

beforeAll(async () => {
  server = createServer(async (request, response) => {
    if (request.headers['if-none-match'] === '"one"') return response.writeHead(304).end()
    const from = Number(/^bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0)
    asked.push(from)
    const total = content.length
    response.writeHead(from > 0 ? 206 : 200, {
      ...{ etag: '"one"', 'content-length': total - from },
      ...(from > 0 && { 'content-range': `bytes ${from}-${total - 1}/${total}` }),
    })
    response.write(content.subarray(from, half))
    await released
    response.end(content.subarray(Math.max(from, half)))
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
})
beforeEach(() => {
  asked = []
  released = new Promise(resolve => {
    release = resolve
  })
})
afterAll(() => server.close())

const script = fileURLToPath(new URL('./bringing-process.ts', import.meta.url))

interface Bringing {
  readonly child: ChildProcess
  readonly lines: readonly string[]
  /** What it said, in the first line that fits. */
  said(form: RegExp): Promise<string>
}

const bringing = (folder: string): Bringing => {
  const child = spawn(process.execPath, ['--no-warnings', script, folder, address, name], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let text = ''
  const lines: string[] = []
  const heard = new Set<() => void>()
  child.stdout.on('data', piece => {
    text += piece
    const whole = text.split('\n')
    text = whole.pop() ?? ''
    lines.push(...whole)
    for (const look of heard) look()
  })
  const said = (form: RegExp): Promise<string> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        const found = lines.flatMap(line => form.exec(line) ?? [])[1]
        if (found !== undefined) resolve(found)
      }
      heard.add(look)
      child.once('close', () => reject(new Error(`it ended with: ${lines.join(', ')}`)))
      look()
    })
  return { child, lines, said }
}

/** A million bytes and more, of which the first mebibyte is on the disk by then. */
const halfway = /^has (1[1-9]\d{5}|[2-9]\d{6})$/

const newFolder = (): string => mkdtempSync(join(tmpdir(), 'kkachi-two-'))

test('of two processes that want one file, one brings it and the other waits', async () => {
  const folder = newFolder()
  const first = bringing(folder)
  await first.said(halfway)
  const second = bringing(folder)
  await second.said(/^(wants its turn)/)
  release()
  const [path, same] = await Promise.all([first.said(/^located (.+)/), second.said(/^located (.+)/)])
  // The second asks only whether there is another version.
  expect(asked).toEqual([0])
  expect(sha256Of(readFileSync(same))).toBe(sha256Of(content))
  expect(path.endsWith(name)).toBe(true)
}, 300_000)

test('one that waits goes on where a killed one stopped', async () => {
  const folder = newFolder()
  const first = bringing(folder)
  await first.said(halfway)
  const second = bringing(folder)
  await second.said(/^(wants its turn)/)
  expect(second.lines).not.toContain('has its turn')
  first.child.kill('SIGKILL')
  await second.said(/^(has its turn)/)
  release()
  expect(sha256Of(readFileSync(await second.said(/^located (.+)/)))).toBe(sha256Of(content))
  expect(asked).toHaveLength(2)
  expect(asked[1]).toBeGreaterThanOrEqual(2 ** 20)
}, 300_000)
