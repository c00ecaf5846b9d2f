import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Adapter, LanguageModel, ModelRequest, Module } from '../../src/index.ts'
import {
  chainOfThought,
  chat,
  json,
  labeledFewShot,
  loadProgram,
  noUsage,
  predict,
  saveProgram,
  usageOf,
} from '../../src/index.ts'

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url))
const folder = here('../../sandbox/component')
const wasm = join(folder, 'kkachi.wasm')
const jco = join(folder, 'node_modules/@bytecodealliance/jco/dist/jco.js')
const python = process.env.KKACHI_PYTHON ?? 'python3'

/** Why this cannot run here; undefined when it can. */
const missing = ((): string | undefined => {
  if (!existsSync(jco)) return 'no jco; run npm run build:component'
  try {
    execFileSync(python, ['-c', 'import wasmtime.component'], { stdio: 'ignore' })
    return undefined
  } catch {
    return 'no Python with wasmtime; pip install wasmtime and set KKACHI_PYTHON to that Python'
  }
})()

/** What a host sees of the component. */
interface Component {
  load(file: string): string
  run(input: string): string
}
/** Nothing where nothing was asked. */
type Outcome = { readonly ok?: unknown; readonly err?: unknown; readonly trap?: string }
interface Step {
  readonly file?: string
  readonly inputs: readonly string[]
  readonly fuel?: number
  readonly memory?: number
}
interface StepResult {
  readonly loaded: Outcome
  readonly runs: readonly Outcome[]
}

/** By the request, as JSON; an answer that begins with `!` is an error. */
type Answers = Readonly<Record<string, string>>

const transpiled = mkdtempSync(join(tmpdir(), 'kkachi-component-test-'))
afterAll(() => rmSync(transpiled, { recursive: true }))

const inNode = async (answers: Answers): Promise<Component> => {
  const { instantiate } = await import(pathToFileURL(join(transpiled, 'kkachi.js')).href)
  const core = (path: string) => new WebAssemblyModule(readFileSync(join(transpiled, path)))
  const instance = instantiate(core, {
    'kkachi:program/model': {
      generate(request: string) {
        const answer = answers[request] ?? '!{"code":"model/script","message":"nobody knows this question"}'
        if (answer.startsWith('!')) throw answer.slice(1)
        return answer
      },
    },
    'kkachi:program/clock': { now: () => 1_767_225_600_000 },
    'kkachi:program/random': { next: () => 0.5 },
  })
  return instance.program
}
const WebAssemblyModule = (globalThis as unknown as { WebAssembly: { Module: new (bytes: Uint8Array) => object } })
  .WebAssembly.Module

const outcomeOf = (call: () => string): Outcome => {
  try {
    return { ok: JSON.parse(call()) }
  } catch (error) {
    if (error instanceof Error && 'payload' in error) return { err: JSON.parse(String(error.payload)) }
    return { trap: String(error) }
  }
}

const stepsInNode = async (steps: readonly Step[], answers: Answers): Promise<readonly StepResult[]> => {
  const results: StepResult[] = []
  for (const { file, inputs } of steps) {
    const component = await inNode(answers)
    const loaded = file === undefined ? {} : outcomeOf(() => component.load(file))
    results.push({ loaded, runs: inputs.map(input => outcomeOf(() => component.run(input))) })
  }
  return results
}

const stepsInPython = (steps: readonly Step[], answers: Answers): readonly StepResult[] => {
  const job = JSON.stringify({ component: wasm, steps, answers })
  const text = execFileSync(python, [here('host.py')], { input: job, encoding: 'utf8', maxBuffer: 2 ** 28 })
  return JSON.parse(text).results
}

/** Answers by what it is asked, and writes down question and answer as a host gets them. */
const noted = (answers: Record<string, string>): LanguageModel => ({
  id: 'host',
  async generate({ signal: _signal, attempts: _attempts, ...request }: ModelRequest) {
    const text = answerTo(request)
    const usage = { ...noUsage, calls: 1, attempts: 1, inputTokens: request.messages.length, outputTokens: text.length }
    answers[JSON.stringify(request)] = JSON.stringify({ text, usage })
    return { completions: [{ text, finishReason: 'stop' }], usage }
  },
  async *stream() {},
})

/** Every fifth question is answered badly at first, so that it is asked again. */
const answerTo = ({ messages, responseSchema }: ModelRequest): string => {
  const asked = messages.map(({ content }) => String(content)).join('\n')
  const number = Number(/row (\d+)(?![\s\S]*row \d)/.exec(asked)?.[1] ?? 0)
  const isAgain = messages.at(-2)?.role === 'assistant' && String(messages.at(-2)?.content).includes('no such')
  if (number % 5 === 0 && !isAgain) return 'no such fields here'
  const label = number % 3 === 0 ? 'neg' : 'pos'
  const fields = { reasoning: `Because of ${number} – “ü”.`, label, score: number / 7 }
  if (responseSchema !== undefined || asked.includes('JSON')) return JSON.stringify(fields)
  return Object.entries(fields)
    .map(([name, value]) => `[[ ## ${name} ## ]]\n${value}\n`)
    .concat('[[ ## completed ## ]]')
    .join('\n')
}

const rows = Array.from({ length: 50 }, (_, index) => ({
  text: `row ${index}: "quoted" ünï \u{1f426} ${'x'.repeat(index)}`,
}))
const demos = [
  { text: 'demo one', label: 'pos', score: 1 },
  { text: 'demo two', label: 'neg', score: 0.25 },
]

const signature = "text -> label: 'pos' | 'neg', score: float"
/** Reasoning or not, the data is the same. */
type Student = Module<{ text: string }, { label: string; score: number }>

/** A program file, and what Node answers with it for 50 inputs. */
const expected = async (student: Student, adapter: Adapter, answers: Record<string, string>) => {
  const model = noted(answers)
  const { program } = await labeledFewShot({ k: 2 }).optimize(student, {
    train: demos,
    metric: () => true,
    model,
  })
  const file = await saveProgram(program, { adapter: adapter.name })
  const loaded = await loadProgram(file)
  const runs: Outcome[] = []
  for (const row of rows) {
    const prediction = await loaded.run(row, { model, adapter })
    runs.push({ ok: { prediction, usage: usageOf(prediction) } })
  }
  return { file, runs }
}

describe.skipIf(missing !== undefined)(`the component${missing === undefined ? '' : `: ${missing}`}`, () => {
  const flags = ['--instantiation', 'sync', '--no-nodejs-compat', '--no-typescript']

  beforeAll(() => {
    execFileSync(process.execPath, [join(folder, 'build.ts')], { stdio: ['ignore', 'ignore', 'inherit'] })
    execFileSync(process.execPath, [jco, 'transpile', wasm, '-o', transpiled, ...flags], { stdio: 'ignore' })
    writeFileSync(join(transpiled, 'package.json'), '{"type":"module"}')
  }, 300_000)

  test('is under 2 MiB', () => {
    expect(statSync(wasm).size).toBeLessThan(2 * 2 ** 20)
  })

  test('imports a model, a clock and dice, and nothing else', () => {
    const world = execFileSync(process.execPath, [jco, 'wit', wasm], { encoding: 'utf8' })
    expect([...world.matchAll(/^ {2}import (.+);$/gm)].map(([, name]) => name)).toEqual([
      'kkachi:program/model@0.1.0',
      'kkachi:program/clock@0.1.0',
      'kkachi:program/random@0.1.0',
    ])
  })

  test.each([
    ['predict', 'chat', predict(signature), chat],
    ['chain-of-thought', 'chat', chainOfThought(signature), chat],
    ['predict', 'json', predict(signature), json],
  ] as const)('answers 50 inputs as Node does: %s with demos, in %s', async (kind, _adapter, student, adapter) => {
    const answers: Record<string, string> = {}
    const { file, runs } = await expected(student, adapter, answers)
    expect(file).toContain('demo one')
    const inputs = rows.map(row => JSON.stringify(row))
    const [node] = await stepsInNode([{ file, inputs }], answers)
    const [python] = stepsInPython([{ file, inputs }], answers)
    const outputs = kind === 'predict' ? ['label', 'score'] : ['reasoning', 'label', 'score']
    expect(node?.loaded).toMatchObject({ ok: { kind, inputs: ['text'], outputs } })
    expect(python?.loaded).toEqual(node?.loaded)
    expect(node?.runs).toEqual(runs)
    expect(python?.runs).toEqual(runs)
    // Ten of the fifty were asked for twice, with the same words in all three places.
    expect(Object.keys(answers)).toHaveLength(60)
  })

  test('tells errors with their codes, the same in both hosts', async () => {
    const answers: Record<string, string> = {}
    const { file } = await expected(predict(signature), chat, answers)
    const asked = Object.keys(answers)
    const [first = '', second = '', third = '', fourth = ''] = [1, 2, 3, 4].map(number =>
      asked.find(request => request.includes(`row ${number}:`)),
    )
    const spoiled = {
      [first]: '!{"code":"model/rate-limit","message":"come again"}',
      [second]: '!just no',
      [third]: 'no JSON',
      [fourth]: '{"text":"cut","finishReason":"length"}',
    }
    const inputs = ['{', '[]', '{"other":1}', '{"__proto__":{"a":1},"text":"x"}']
    const steps: Step[] = [
      { inputs: ['{}'] },
      { file: 'no JSON', inputs: [] },
      { file: file.replace('demo one', 'demo 1'), inputs: [] },
      { file: file.replace('"chat"', '"xml"'), inputs: [] },
      { file, inputs: [...inputs, ...rows.slice(1, 5).map(row => JSON.stringify(row)), '{"text":"row 99"}'] },
    ]
    const node = await stepsInNode(steps, spoiled)
    expect(stepsInPython(steps, spoiled)).toEqual(node)
    const codes = node.map(({ loaded, runs }) => [loaded, ...runs].map(codeOf))
    expect(codes).toEqual([
      ['', 'prediction/input'],
      ['program-file/parse'],
      ['program-file/digest'],
      ['program-file/mismatch'],
      [
        '',
        'prediction/input',
        'prediction/input',
        'prediction/input',
        'data/unsafe',
        'model/rate-limit',
        'model/transport',
        'model/malformed',
        'model/truncated',
        'model/script',
      ],
    ])
  })

  test('stops at the fuel and at the memory the host gives, and the host goes on', async () => {
    const answers: Record<string, string> = {}
    const { file, runs } = await expected(predict(signature), chat, answers)
    const input = JSON.stringify(rows[1])
    const large = JSON.stringify({ text: 'x'.repeat(2 ** 23) })
    const [little, none, small, tiny, whole] = stepsInPython(
      [
        { file, inputs: [input], fuel: 150_000_000, memory: 2 ** 26 },
        { file, inputs: [input], fuel: 1000 },
        { file, inputs: [large], memory: 2 ** 24 },
        { file, inputs: [], memory: 2 ** 16 },
        { file, inputs: [input] },
      ],
      answers,
    )
    expect(little?.runs).toEqual([runs[1]])
    expect(none?.loaded).toHaveProperty('trap', expect.stringContaining('fuel'))
    expect(small?.loaded).toHaveProperty('ok')
    expect(small?.runs[0]).not.toHaveProperty('ok')
    expect(tiny?.loaded).toHaveProperty('trap')
    expect(whole?.runs).toEqual([runs[1]])
  })
})

const codeOf = (outcome: Outcome): unknown =>
  'err' in outcome && typeof outcome.err === 'object' && outcome.err !== null && 'code' in outcome.err
    ? outcome.err.code
    : ''
