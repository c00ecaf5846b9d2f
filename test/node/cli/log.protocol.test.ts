import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { main } from '../../../node/cli/main.ts'
import { type ChatServer, chatServer, numberRows } from './chat-server.ts'
import { testTerminal } from './test-terminal.ts'

const key = 'Zq7vR2x9KpW4mT8s'
let server: ChatServer
let folder = ''
const at = (name: string): string => join(folder, name)

beforeAll(async () => {
  server = await chatServer()
})
afterAll(() => server.close())
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kkachi-log-'))
  writeFileSync(at('data.jsonl'), numberRows(0, 4))
})
afterEach(() => rmSync(folder, { recursive: true }))

const evaluate = async (flags: readonly string[], url = server.url) => {
  const terminal = testTerminal({ environment: { OPENAI_API_KEY: key } })
  const code = await main(
    [
      ...['eval', '--signature', 'text -> label', '--model', 'openai/pupil', '--base-url', url, '--json'],
      ...['--data', at('data.jsonl'), '--metric', 'exact-match', ...flags],
    ],
    terminal,
    new AbortController().signal,
  )
  return { code, said: terminal.stderr(), out: terminal.stdout() }
}

const entriesIn = (text: string) =>
  text
    .split('\n')
    .filter(line => line.startsWith('{'))
    .map(line => JSON.parse(line))

describe('kkachi --log', () => {
  test('writes to a file what ran, without a word of prompts, answers and rows', async () => {
    expect(await evaluate(['--log', at('run.log')])).toMatchObject({ code: 0, said: '' })
    const entries = entriesIn(readFileSync(at('run.log'), 'utf8'))
    expect(entries).toHaveLength(8)
    const predictors = entries.filter(({ kind }) => kind === 'predictor').map(({ span }) => span)
    for (const { kind, parent } of entries) expect(predictors.includes(parent)).toBe(kind === 'model')
    expect(entries[0]).toMatchObject({
      ...{ level: 'info', event: 'end', kind: 'model', name: 'cached(retried(openai/pupil))', ms: expect.any(Number) },
      usage: { calls: 1, inputTokens: 50, outputTokens: 10 },
    })
    expect(readFileSync(at('run.log'), 'utf8')).not.toMatch(/the number|label|\bodd\b|\beven\b/)
  })

  test('adds to a file that is there, and says no more than the level asks for', async () => {
    writeFileSync(at('run.log'), 'before\n')
    await evaluate(['--log', at('run.log'), '--log-level', 'error'])
    expect(readFileSync(at('run.log'), 'utf8')).toBe('before\n')
    await evaluate(['--log', at('run.log'), '--log-level', 'debug'])
    expect(readFileSync(at('run.log'), 'utf8')).toMatch(/^before\n\{.*"event":"start"/)
  })

  test('writes to standard error for -, so that standard output stays what it is', async () => {
    const { said, out } = await evaluate(['--log', '-', '--log-content'])
    expect(entriesIn(said)).toHaveLength(8)
    expect(said).toContain('the number 3')
    expect(entriesIn(out)).toMatchObject([{ type: 'result', n: 4 }])
  })

  test('tells a failure by its code, and no key of the environment in any form', async () => {
    const forms = [key, key.slice(0, 8), btoa(key), btoa(`me:${key}`).slice(4, 20)]
    const leaky = await chatServer(0, () => 401, `The key ${forms.join(' ')} is wrong.`)
    const ended = await evaluate(['--log', at('run.log'), '--log-content', '--log-level', 'debug'], leaky.url)
    await leaky.close()
    const log = readFileSync(at('run.log'), 'utf8')
    expect(entriesIn(log).find(({ error }) => error)).toMatchObject({
      level: 'warn',
      error: { code: 'model/authentication' },
    })
    expect(ended.code).toBe(1)
    expect(ended.said).toContain('[redacted]')
    for (const form of forms) expect(`${log}${ended.said}${ended.out}`).not.toContain(form)
  })

  test.each<[string, readonly string[], RegExp]>([
    ['a level that is none', ['--log', '-', '--log-level', 'loud'], /--log-level to be error, warn, info, debug/],
    ['a level without a log', ['--log-level', 'info'], /Expected --log beside --log-level.*--log FILE/],
    ['a file in no folder', ['--log', 'nowhere/run.log'], /nowhere\/run\.log cannot be written.*another --log/],
  ])('refuses %s before anything is asked', async (_, flags, message) => {
    const asked = server.answered.length
    const { code, said } = await evaluate(flags)
    expect({ code, said }).toEqual({ code: 2, said: expect.stringMatching(message) })
    expect([server.answered.length - asked, readdirSync(folder)]).toEqual([0, ['data.jsonl']])
  })
})
