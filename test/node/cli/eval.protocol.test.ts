import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { main } from '../../../node/cli/main.ts'
import { chatServer, numberRows, type Refusing } from './chat-server.ts'
import { testTerminal } from './test-terminal.ts'

const folder = mkdtempSync(join(tmpdir(), 'kkachi-eval-'))
const at = (name: string): string => join(folder, name)
afterAll(() => rmSync(folder, { recursive: true }))

/** Evaluates `count` numbers on a server that refuses some of them. */
const evaluate = async (count: number, statusOf: Refusing, more: readonly string[] = []) => {
  const server = await chatServer(0, statusOf)
  writeFileSync(at('data.jsonl'), numberRows(0, count))
  const terminal = testTerminal()
  const code = await main(
    [
      ...['eval', '--signature', 'text -> label', '--model', 'openai/pupil', '--base-url', server.url, '--json'],
      ...['--data', at('data.jsonl'), '--metric', 'exact-match', '--concurrency', '2', ...more],
    ],
    terminal,
    new AbortController().signal,
  )
  await server.close()
  return { code, result: terminal.lines().at(-1), said: terminal.stderr(), calls: server.answered.length }
}

describe('kkachi eval', () => {
  test('scores every row and counts the one that its input alone got refused', async () => {
    const refusesOne: Refusing = question => (question.includes('number 2\n') ? 400 : 200)
    expect(await evaluate(6, refusesOne)).toMatchObject({
      code: 0,
      result: { type: 'result', n: 6, failures: 1 },
    })
  })

  test('ends with the error of an unknown model at once, with exit code 1 and no file', async () => {
    const ended = await evaluate(40, () => 404, ['--save', at('saved.jsonl')])
    expect(ended).toMatchObject({ code: 1, result: { type: 'error', code: 'model/request' } })
    expect(ended.said).toMatch(/status 404.*name of the model/)
    expect(readdirSync(folder)).toEqual(['data.jsonl'])
  })

  test('ends with the first error where a model refuses every row', async () => {
    const ended = await evaluate(6, () => 400)
    expect(ended).toMatchObject({ code: 1, result: { type: 'error', code: 'model/request' } })
  })

  test('counts the last row of a long file as failed where it alone is left and refused', async () => {
    const refusesLast: Refusing = question => (question.includes('number 512\n') ? 400 : 200)
    const ended = await evaluate(513, refusesLast, ['--save', at('saved.jsonl')])
    expect(ended).toMatchObject({ code: 0, result: { n: 513, failures: 1, calls: 512 } })
    const saved = readFileSync(at('saved.jsonl'), 'utf8').trim().split('\n')
    expect(saved).toHaveLength(513)
    expect(JSON.parse(saved.at(-1) ?? '')).toMatchObject({ score: 0, error: expect.stringContaining('status 400') })
  })

  test.skipIf(process.platform !== 'linux')('ends with exit code 1 and no file when the disk is full', async () => {
    symlinkSync('/dev/full', `${at('saved.jsonl')}.${process.pid}.tmp`)
    rmSync(at('saved.jsonl'), { force: true })
    const ended = await evaluate(600, () => 200, ['--save', at('saved.jsonl')])
    expect(ended).toMatchObject({ code: 1, result: { type: 'error', code: 'storage/quota' } })
    expect(readdirSync(folder)).toEqual(['data.jsonl'])
  })

  test('refuses a file that cannot be written before it asks anything', async () => {
    const ended = await evaluate(6, () => 200, ['--save', at('nowhere/saved.jsonl')])
    expect(ended).toMatchObject({ code: 2, calls: 0 })
  })
})
