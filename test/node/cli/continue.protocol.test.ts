import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { main } from '../../../node/cli/main.ts'
import { type ChatServer, chatServer, numberRows } from './chat-server.ts'
import { testTerminal } from './test-terminal.ts'

const folder = mkdtempSync(join(tmpdir(), 'kkachi-continue-'))
const at = (name: string): string => join(folder, name)
let server: ChatServer

const kkachi = async (...args: readonly string[]) => {
  const terminal = testTerminal()
  const from = server.answered.length
  const code = await main([...args, '--json'], terminal, new AbortController().signal)
  const asked = server.answered.slice(from)
  return { code, err: terminal.stderr(), result: terminal.lines().at(-1) ?? {}, asked }
}

const model = () => ['--model', 'openai/pupil', '--base-url', server.url]
const data = () => [
  ...['--train', at('train.jsonl'), '--dev', at('dev.jsonl'), '--metric', 'exact-match'],
  ...['--optimizer', 'labeled-few-shot'],
]

const savedIn = (file: string) => JSON.parse(readFileSync(at(file), 'utf8'))

beforeAll(async () => {
  server = await chatServer()
  writeFileSync(at('train.jsonl'), numberRows(0, 4))
  writeFileSync(at('dev.jsonl'), numberRows(100, 20))
  writeFileSync(at('more.jsonl'), numberRows(300, 20))
  writeFileSync(
    at('corrections.jsonl'),
    '{"text": "the number 1", "label": "not even"}\n{"text": "new", "label": "odd"}\n',
  )
  const first = await kkachi('optimize', '--signature', 'text -> label', ...model(), ...data(), '--run', at('run'))
  expect(first).toMatchObject({ code: 0 })
})
afterAll(async () => {
  await server.close()
  rmSync(folder, { recursive: true })
})

describe('kkachi optimize --from', () => {
  test('learns from corrections first, and keeps what it got wrong among what it chooses by', async () => {
    const from = at('run/program.json')
    const evaluated = await kkachi(
      ...['eval', '--program', from, '--data', at('more.jsonl'), '--metric', 'exact-match', ...model()],
      ...['--save', at('eval.jsonl')],
    )
    expect(evaluated.code).toBe(0)
    const wrong = readFileSync(at('eval.jsonl'), 'utf8')
      .split('\n')
      .filter(line => line.includes('"score":0')).length
    expect(wrong).toBeGreaterThan(0)
    const next = await kkachi(
      ...['optimize', '--from', from, '--corrections', at('corrections.jsonl'), '--failures', at('eval.jsonl')],
      ...[...model(), ...data(), '--out', at('next.json')],
    )
    expect({ code: next.code, err: next.err }).toMatchObject({ code: 0 })
    expect(next.result).toMatchObject({ after: { n: 20 + wrong }, regressions: { rows: wrong } })
    const { provenance } = savedIn('next.json').metadata.kkachi
    expect(provenance).toMatchObject({
      parent: {
        digest: savedIn('run/program.json').metadata.kkachi.digest,
        corrections: { rows: 2, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
        failures: { rows: wrong },
      },
      train: { rows: 5 },
      dev: { rows: 20 + wrong },
    })
    const demos = savedIn('next.json').demos.filter(({ text }: { text: string }) => text === 'the number 1')
    for (const demo of demos) expect(demo.label).toBe('not even')
    expect(readFileSync(at('next.html'), 'utf8')).toContain('Regression examples')
  })

  test('tells of rows that are still wrong', async () => {
    writeFileSync(at('hopeless.jsonl'), '{"text": "the number 400", "label": "neither"}\n')
    const next = await kkachi(
      ...['optimize', '--from', at('run/program.json'), '--failures', at('hopeless.jsonl')],
      ...[...model(), ...data(), '--out', at('hopeless.json')],
    )
    expect({ code: next.code, err: next.err }).toEqual({ code: 0, err: expect.any(String) })
    expect(next.result).toMatchObject({
      regressions: { rows: 1, failing: [21] },
      warnings: expect.arrayContaining([expect.objectContaining({ code: 'still-failing' })]),
    })
  })

  test('goes on from the folder of a run: its flags, its program, its answers', async () => {
    const next = await kkachi(
      ...['optimize', '--from-run', at('run'), '--corrections', at('corrections.jsonl'), '--out', at('on.json')],
    )
    expect({ code: next.code, err: next.err }).toMatchObject({ code: 0 })
    expect(next.result).toMatchObject({ after: { n: 20 } })
    const kept = await kkachi(
      ...['optimize', '--from-run', at('run'), '--corrections', at('corrections.jsonl'), '--run', at('second')],
    )
    expect({ code: kept.code, err: kept.err }).toMatchObject({ code: 0 })
    expect(readFileSync(at('second/program.json'), 'utf8')).toBe(readFileSync(at('on.json'), 'utf8'))
    const third = await kkachi('optimize', '--from-run', at('second'), '--out', at('third.json'))
    expect({ code: third.code, err: third.err }).toMatchObject({ code: 0 })
    expect(third.result).toMatchObject({ before: next.result.after, cachedCalls: expect.any(Number) })
    expect(Number(third.result.cachedCalls)).toBeGreaterThan(0)
  })

  test('needs no training rows beside corrections, and says what it does need', async () => {
    const few = ['optimize', '--from', at('run/program.json'), '--corrections', at('corrections.jsonl'), ...model()]
    const rest = ['--metric', 'exact-match', '--optimizer', 'labeled-few-shot', '--out', at('few.json')]
    expect(await kkachi(...few, '--dev', at('dev.jsonl'), ...rest)).toMatchObject({ code: 0 })
    const lacking = await kkachi(...few, ...rest)
    expect(lacking).toMatchObject({ code: 2, err: expect.stringContaining('Expected --dev') })
  })

  test('a module has the earlier program as its state', async () => {
    const source = new URL('../../../src/index.ts', import.meta.url).href
    writeFileSync(at('program.ts'), `import { predict } from '${source}'\nexport default predict('text -> label')\n`)
    const next = await kkachi(
      ...['optimize', '--program', at('program.ts'), '--from', at('run/program.json'), ...model(), ...data()],
      ...['--corrections', at('corrections.jsonl'), '--out', at('module.json'), '--report', 'off'],
    )
    expect({ code: next.code, err: next.err }).toMatchObject({ code: 0 })
    expect(savedIn('module.json').metadata.kkachi.provenance.parent.digest).toBe(
      savedIn('run/program.json').metadata.kkachi.digest,
    )
    expect(existsSync(at('module.html'))).toBe(false)
  })
})
