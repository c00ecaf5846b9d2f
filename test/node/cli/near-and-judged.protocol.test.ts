import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { main } from '../../../node/cli/main.ts'
import { testTerminal } from './test-terminal.ts'

const folder = mkdtempSync(join(tmpdir(), 'kkachi-near-'))
const at = (name: string): string => join(folder, name)

interface Asked {
  readonly path: string
  readonly model: string
  readonly messages: readonly { readonly role: string; readonly content: string }[]
}

let asked: Asked[] = []

/** A pupil who copies the label of the demo shown first, and a judge who finds half of everything. */
const answerTo = ({ model, messages }: Asked): string => {
  if (model === 'judge') {
    return '[[ ## reasoning ## ]]\nHalf.\n\n[[ ## recall ## ]]\n0.5\n\n[[ ## precision ## ]]\n1.0'
  }
  const [demo] = messages.filter(({ role }) => role === 'assistant')
  return demo?.content ?? '[[ ## label ## ]]\nunknown'
}

const server = createServer((request, response) => {
  let body = ''
  request.setEncoding('utf8')
  request.on('data', (piece: string) => {
    body += piece
  })
  request.on('end', () => {
    const call = { path: request.url ?? '', ...JSON.parse(body) }
    asked.push(call)
    response.setHeader('content-type', 'application/json')
    const usage = { prompt_tokens: 5, completion_tokens: 5, total_tokens: 10 }
    if (call.path.endsWith('/embeddings')) {
      const data = call.input.map((text: string, index: number) => ({
        index,
        embedding: [text.includes('prize') ? 1 : 0, text.includes('noon') ? 1 : 0, 0.1],
      }))
      response.end(JSON.stringify({ data, usage }))
      return
    }
    const message = { role: 'assistant', content: answerTo(call) }
    response.end(JSON.stringify({ choices: [{ index: 0, message, finish_reason: 'stop' }], usage }))
  })
})
let url = ''

const train = [
  { text: 'win a prize now', label: 'spam' },
  { text: 'lunch at noon', label: 'ham' },
  { text: 'claim your prize', label: 'spam' },
  { text: 'the meeting is at noon', label: 'ham' },
]
const dev = [
  { text: 'your prize is here', label: 'spam' },
  { text: 'see you at noon', label: 'ham' },
]
const lines = (rows: readonly object[]) => rows.map(row => `${JSON.stringify(row)}\n`).join('')

beforeAll(async () => {
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`
  writeFileSync(at('train.jsonl'), lines(train))
  writeFileSync(at('dev.jsonl'), lines(dev))
})
beforeEach(() => {
  asked = []
})
afterAll(async () => {
  server.closeAllConnections()
  await new Promise(resolve => server.close(resolve))
  rmSync(folder, { recursive: true })
})

const kkachi = async (...args: readonly string[]) => {
  const terminal = testTerminal()
  const model = ['--model', 'openai/pupil', '--base-url', url, '--json']
  const code = await main([...args, ...model], terminal, new AbortController().signal)
  return { code, result: terminal.lines().at(-1), said: terminal.stderr() }
}

const optimize = (...more: readonly string[]) =>
  kkachi(
    ...['optimize', '--signature', 'text -> label', '--train', at('train.jsonl'), '--dev', at('dev.jsonl')],
    ...[
      '--metric',
      'exact-match',
      '--optimizer',
      'knn-few-shot',
      '--report',
      'off',
      '--out',
      at('program.json'),
      ...more,
    ],
  )

describe('--optimizer knn-few-shot', () => {
  test('learns without any embedding model, and the file it writes looks rows up elsewhere', async () => {
    const { code, result, said } = await optimize('--neighbors', '1', '--budget-calls', '40')
    expect({ code, said }).toMatchObject({ code: 0 })
    expect(result).toMatchObject({ type: 'result', before: { score: 0 }, after: { score: 1 } })
    expect(asked.filter(({ path }) => path.endsWith('/embeddings'))).toEqual([])
    expect(asked.length).toBeLessThanOrEqual(40)

    const saved = JSON.parse(readFileSync(at('program.json'), 'utf8'))
    expect(saved.train).toHaveLength(4)
    expect(saved).toMatchObject({ neighbors: 1, metadata: { kkachi: { provenance: { optimizer: 'knn-few-shot' } } } })
    const ran = await kkachi('run', '--program', at('program.json'), '--input', '{"text":"a prize for you"}')
    expect(ran.result).toMatchObject({ output: { label: 'spam' } })
    const scored = await kkachi('eval', '--program', at('program.json'), '--data', at('dev.jsonl'), '--metric', 'f1')
    expect(scored.result).toMatchObject({ score: 1, n: 2, calls: 2 })
  })

  test('finds rows by the embedder it is given', async () => {
    const { code } = await optimize('--embedder', 'openai/embedder')
    expect(code).toBe(0)
    expect(asked.filter(({ path }) => path.endsWith('/embeddings')).length).toBeGreaterThan(0)
    const ran = await kkachi(
      'run',
      '--program',
      at('program.json'),
      '--input',
      '{"text":"noon?"}',
      '--embedder',
      'openai/embedder',
    )
    expect(ran.result).toMatchObject({ output: { label: 'ham' } })
  })

  test.each([
    ['an embedder nobody knows', ['--embedder', 'word2vec']],
    ['no neighbors', ['--neighbors', '0']],
  ])('with %s is a wrong input', async (_, more) => {
    expect((await optimize(...more)).code).toBe(2)
    expect(asked).toEqual([])
  })
})

describe('--metric semantic-f1', () => {
  test('asks the judge, whose calls are not those of the program', async () => {
    const args = ['--signature', 'text -> label', '--data', at('dev.jsonl'), '--metric', 'semantic-f1']
    const { code, result } = await kkachi('eval', ...args, '--judge-model', 'openai/judge')
    expect(code).toBe(0)
    expect(result).toMatchObject({ calls: 2, n: 2 })
    expect((result as { readonly score: number }).score).toBeCloseTo(2 / 3, 12)
    expect(asked.filter(({ model }) => model === 'judge')).toHaveLength(2)
  })

  test('keeps what it judged in the directory of the run', async () => {
    const args = ['--metric', 'semantic-f1', '--judge-model', 'openai/judge', '--run', at('run')]
    const first = await optimize(...args)
    expect(first.code).toBe(0)
    expect(asked.filter(({ model }) => model === 'judge').length).toBeGreaterThan(0)
    asked = []
    const again = await optimize(...args)
    expect(again.result).toMatchObject({
      before: { score: (first.result as { before: { score: number } }).before.score },
    })
    expect(asked).toEqual([])
    expect((await optimize('--metric', 'semantic-f1', '--run', at('run'))).said).toContain('judge model')
  })
})
