import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { main } from '../../../node/cli/main.ts'
import { type ChatServer, chatServer, numberRows } from './chat-server.ts'
import { testTerminal } from './test-terminal.ts'

const folder = mkdtempSync(join(tmpdir(), 'kkachi-prompt-model-'))
const at = (name: string): string => join(folder, name)
let server: ChatServer
let other: ChatServer

beforeAll(async () => {
  server = await chatServer()
  other = await chatServer()
  writeFileSync(at('train.jsonl'), numberRows(0, 12))
  writeFileSync(at('dev.jsonl'), numberRows(100, 20))
  writeFileSync(at('test.jsonl'), numberRows(200, 10))
  writeFileSync(at('given.txt'), 'Say odd or even.\n\nSay a number.\n')
})
afterAll(async () => {
  await server.close()
  await other.close()
  rmSync(folder, { recursive: true })
})

const optimize = async (out: string, more: readonly string[]) => {
  const terminal = testTerminal()
  const from = [server.answered.length, other.answered.length]
  const code = await main(
    [
      ...['optimize', '--signature', 'text -> label', '--model', 'openai/pupil', '--base-url', server.url],
      ...['--train', at('train.jsonl'), '--dev', at('dev.jsonl'), '--metric', 'exact-match', '--json'],
      ...['--out', at(out), '--seed', '1', ...more],
    ],
    terminal,
    new AbortController().signal,
  )
  const lines = terminal.lines()
  const here = server.answered.slice(from[0]).map(({ model }) => model)
  const there = other.answered.slice(from[1]).map(({ model }) => model)
  return { code, err: terminal.stderr(), lines, result: lines.at(-1) ?? {}, here, there }
}

const instructionsIn = (out: string): string => JSON.parse(readFileSync(at(out), 'utf8')).signature.instructions

describe('kkachi optimize with a prompt model', () => {
  test('has it write the instructions, on the server of the model when it is of the same provider', async () => {
    const { code, err, result, here, lines } = await optimize('copro.json', [
      ...['--optimizer', 'copro', '--prompt-model', 'openai/teacher', '--budget-calls', '200'],
    ])
    expect({ code, err }).toMatchObject({ code: 0 })
    expect(new Set(here)).toEqual(new Set(['pupil', 'teacher']))
    expect(instructionsIn('copro.json')).toContain('Say odd or even.')
    expect(result).toMatchObject({ type: 'result', calls: here.length, warnings: expect.any(Array) })
    expect(here.length).toBeLessThanOrEqual(200)
    expect(JSON.parse(readFileSync(at('copro.json'), 'utf8')).metadata.kkachi.provenance).toMatchObject({
      optimizer: 'copro',
      promptModel: 'openai/teacher',
    })
    const types = new Set(lines.map(({ type }) => type))
    for (const type of ['run-started', 'candidate-proposed', 'candidate-evaluated', 'run-finished', 'result'])
      expect(types).toContain(type)
    expect(JSON.stringify(lines)).not.toContain('"state"')
    expect(JSON.stringify(lines.slice(0, -1))).not.toContain('Say odd or even.')
  })

  test('asks it where it is said to be', async () => {
    const { code, err, here, there } = await optimize('other.json', [
      ...['--optimizer', 'copro', '--prompt-model', 'openai/teacher', '--prompt-base-url', other.url],
      ...['--budget-calls', '150'],
    ])
    expect({ code, err }).toMatchObject({ code: 0 })
    expect(new Set(here)).toEqual(new Set(['pupil']))
    expect(new Set(there)).toEqual(new Set(['teacher']))
  })

  test('counts what both cost, each at its price, in the budget and at the end', async () => {
    const { code, err, result, here, lines } = await optimize('money.json', [
      ...['--optimizer', 'copro', '--prompt-model', 'openai/teacher', '--max-tokens', '20', '--cache', 'off'],
      ...['--price', '100/1000', '--prompt-price', '200/2000', '--budget-usd', '30'],
    ])
    expect({ code, err }).toMatchObject({ code: 0 })
    const taught = here.filter(model => model === 'teacher').length
    // 50 tokens in and 10 out.
    const cost = (here.length - taught) * 0.015 + taught * 0.03
    expect(taught).toBeGreaterThan(0)
    expect(result.cost).toBeCloseTo(cost, 9)
    expect(cost).toBeLessThanOrEqual(30)
    expect(lines[0]).toMatchObject({ type: 'run-started', budget: { usd: 30 } })
  })

  test('remembers its answers in the folder of the run, which no other prompt model may use', async () => {
    const flags = [
      '--optimizer',
      'copro',
      '--prompt-model',
      'openai/teacher',
      '--budget-calls',
      '150',
      '--run',
      at('run'),
    ]
    const first = await optimize('first.json', flags)
    const again = await optimize('again.json', flags)
    expect({ code: again.code, asked: again.here }).toEqual({ code: 0, asked: [] })
    expect(readFileSync(at('again.json'), 'utf8')).toBe(readFileSync(at('first.json'), 'utf8'))
    expect(again.result).toMatchObject({ after: first.result.after, calls: 0, cachedCalls: first.here.length })
    const refused = await optimize('refused.json', [...flags, '--prompt-model', 'openai/scholar'])
    expect({ code: refused.code, err: refused.err }).toEqual({
      code: 2,
      err: expect.stringMatching(/other settings \(prompt model\)/),
    })
  })

  test('tries the instructions that are given', async () => {
    const { code, err, result } = await optimize('given.json', [
      ...['--optimizer', 'copro', '--prompt-model', 'openai/teacher', '--try-instructions', at('given.txt')],
      ...['--budget-calls', '90', '--test', at('test.jsonl')],
    ])
    expect({ code, err }).toMatchObject({ code: 0 })
    expect(instructionsIn('given.json')).toContain('Say odd or even.')
    expect(result).toMatchObject({ test: { n: 10 }, testGain: { n: 10 }, promptTokens: { before: expect.any(Number) } })
  })

  test('tells of a flag that the optimizer does not heed, at once and in the result', async () => {
    const { code, err, result, lines } = await optimize('labeled.json', [
      ...['--optimizer', 'labeled-few-shot', '--prompt-model', 'openai/teacher', '--auto', 'light'],
    ])
    expect(code).toBe(0)
    const [auto, promptModel] = ['--auto has no effect on labeled-few-shot', '--prompt-model has no effect']
    for (const said of [auto, promptModel]) {
      expect(err).toContain(said)
      expect(JSON.stringify(result.warnings)).toContain(said)
    }
    expect(lines[0]).toMatchObject({ type: 'warning', code: 'without-effect' })
  })

  test('writes a trace of what was asked', async () => {
    const { code } = await optimize('traced.json', ['--optimizer', 'labeled-few-shot', '--trace', at('trace.txt')])
    expect(code).toBe(0)
    expect(readFileSync(at('trace.txt'), 'utf8')).toContain('openai/pupil')
  })
})
