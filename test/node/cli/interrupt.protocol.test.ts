import { spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type ChatServer, chatServer, numberRows } from './chat-server.ts'

const folder = mkdtempSync(join(tmpdir(), 'kkachi-interrupt-'))
const bin = fileURLToPath(new URL('../../../bin/kkachi.mjs', import.meta.url))
/** An answer takes an hour: no test waits for one. */
let server: ChatServer

beforeAll(async () => {
  server = await chatServer(3_600_000)
  writeFileSync(join(folder, 'data.jsonl'), numberRows(0, 4))
})
afterAll(async () => {
  await server.close()
  rmSync(folder, { recursive: true })
})

/** Runs `eval` until its file of predictions is begun, then sends it what it is asked to end with. */
const ended = (...signals: readonly NodeJS.Signals[]) =>
  new Promise<{ readonly code: number | null; readonly out: string }>(resolve => {
    const flags = ['--signature', 'text -> label', '--model', 'openai/m', '--base-url', server.url]
    const files = ['--data', 'data.jsonl', '--save', 'saved.jsonl']
    const child = spawn(process.execPath, [bin, 'eval', ...flags, ...files, '--metric', 'exact-match'], { cwd: folder })
    let out = ''
    child.stdout.on('data', piece => {
      out += piece
    })
    const watch = setInterval(() => {
      if (!readdirSync(folder).some(name => name.endsWith('.tmp'))) return
      clearInterval(watch)
      for (const signal of signals) child.kill(signal)
    }, 20)
    child.on('close', code => {
      clearInterval(watch)
      resolve({ code, out })
    })
  })

test.each<[string, readonly NodeJS.Signals[]]>([
  ['Ctrl-C twice', ['SIGINT', 'SIGINT']],
  ['whoever runs it', ['SIGTERM']],
])(
  'asked to end by %s, it ends with 130 and leaves no file',
  async (_, signals) => {
    expect(await ended(...signals)).toEqual({ code: 130, out: '' })
    expect(readdirSync(folder)).toEqual(['data.jsonl'])
  },
  60_000,
)
