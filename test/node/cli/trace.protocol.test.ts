import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { main } from '../../../node/cli/main.ts'
import { predict, saveProgram } from '../../../src/index.ts'
import { type ChatServer, chatServer, numberRows } from './chat-server.ts'
import { testTerminal } from './test-terminal.ts'

const key = 'Zq7vR2x9KpW4mT8s'
let server: ChatServer
let failing: ChatServer
let folder = ''
const at = (name: string): string => join(folder, name)

beforeAll(async () => {
  server = await chatServer()
  failing = await chatServer(0, () => 400, `No, ${key}.`)
})
afterAll(() => Promise.all([server.close(), failing.close()]))
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kkachi-trace-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const kkachi = async (command: readonly string[], flags: readonly string[], url = server.url) => {
  const terminal = testTerminal({ environment: { OPENAI_API_KEY: key } })
  const asked = ['--signature', 'text -> label', '--model', 'openai/gpt-4o-mini', '--base-url', url]
  const code = await main([...command, ...asked, ...flags], terminal, new AbortController().signal)
  return { code, said: terminal.stderr(), out: terminal.stdout() }
}

const run = (flags: readonly string[], url?: string, text = 'the number 5') =>
  kkachi(['run', '--input', JSON.stringify({ text })], flags, url)

describe('kkachi --trace', () => {
  test('- prints the tree on standard error, and the result stays alone on standard output', async () => {
    const { code, said, out } = await run(['--trace', '-', '--json'])
    expect([code, JSON.parse(out).type]).toEqual([0, 'result'])
    expect(said).toMatch(/^predictor self .* 50 → 10 +\$0\.00001/)
    expect(said).toContain('attempt try 1 → openai/gpt-4o-mini')
  })

  test('writes a page, data or text by the name of the file', async () => {
    for (const name of ['a.html', 'a.json', 'a.txt']) expect((await run(['--trace', at(name)])).code).toBe(0)
    expect(readFileSync(at('a.html'), 'utf8')).toMatch(/^<!doctype html>[\s\S]*the number 5/)
    expect(JSON.parse(readFileSync(at('a.json'), 'utf8')).spans).toMatchObject([{ kind: 'predictor', name: 'self' }])
    expect(readFileSync(at('a.txt'), 'utf8')).toContain('predictor self')
  })

  test('is written when the run fails, and holds no key', async () => {
    expect((await run(['--trace', at('a.html')], failing.url, `my key is ${key}`)).code).not.toBe(0)
    const page = readFileSync(at('a.html'), 'utf8')
    expect(page).toContain('model/request')
    expect(page).toContain('[redacted]')
    expect(page).not.toContain(key)
  })

  test('of eval has every row', async () => {
    writeFileSync(at('data.jsonl'), numberRows(0, 4))
    const flags = ['--data', at('data.jsonl'), '--metric', 'exact-match', '--trace', at('a.json')]
    expect((await kkachi(['eval'], flags)).code).toBe(0)
    expect(JSON.parse(readFileSync(at('a.json'), 'utf8')).spans).toHaveLength(4)
  })

  test('of compare has every row of each program, under the name of its file', async () => {
    writeFileSync(at('data.jsonl'), numberRows(0, 4))
    for (const name of ['one.json', 'two.json']) {
      writeFileSync(at(name), await saveProgram(predict('text -> label', { instructions: `Instructions of ${name}.` })))
    }
    const programs = ['--program', at('one.json'), '--program', at('two.json')]
    const flags = [...programs, '--data', at('data.jsonl'), '--metric', 'exact-match', '--trace', at('a.json')]
    expect((await kkachi(['compare'], flags)).code).toBe(0)
    const { spans } = JSON.parse(readFileSync(at('a.json'), 'utf8'))
    const told = spans.map((span: { name: string; children: readonly object[] }) => [span.name, span.children.length])
    expect(told).toEqual([
      [expect.stringContaining('one.json'), 4],
      [expect.stringContaining('two.json'), 4],
    ])
  })

  test('a file that cannot be written is refused before anything is asked', async () => {
    const before = server.answered.length
    expect(await run(['--trace', join(at('no'), 'such', 'folder', 'a.html')])).toMatchObject({ code: 2 })
    expect(server.answered).toHaveLength(before)
  })
})
