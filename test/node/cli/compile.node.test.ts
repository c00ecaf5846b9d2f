import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { main } from '../../../node/cli/main.ts'
import { chainOfThought, type ProgramState, predict, saveProgram } from '../../../src/index.ts'
import { frozenFile } from '../../adapters/frozen-example.ts'
import { testTerminal } from './test-terminal.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kkachi-compile-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const write = (name: string, content: string | object): void => {
  mkdirSync(dirname(join(folder, name)), { recursive: true })
  writeFileSync(join(folder, name), typeof content === 'string' ? content : JSON.stringify(content, null, 2))
}
const read = (name: string): string => readFileSync(join(folder, name), 'utf8')

/** Runs the command on a file of the folder. */
const compile = async (file: string, ...flags: readonly string[]) => {
  const terminal = testTerminal()
  const out = flags.includes('--out') ? [] : ['--out', join(folder, 'out.ts')]
  const given = flags.map(flag => (flag.startsWith('./') ? join(folder, flag) : flag))
  const code = await main(['compile', join(folder, file), ...out, ...given], terminal, new AbortController().signal)
  return { code, terminal, message: terminal.stderr().replaceAll(`${folder}/`, '') }
}

describe('kkachi compile', () => {
  test('makes the module of a source, the same bytes from the same files', async () => {
    write('triage.kkachi', { signature: 'text -> label', examples: 'training/*.jsonl', demos: 1, seed: 1 })
    write('training/a.jsonl', '{"text": "Win!", "label": "spam"}\n{"text": "Lunch?", "label": "ham"}\n')
    const { code, terminal } = await compile('triage.kkachi')
    expect(code).toBe(0)
    expect(terminal.stdout()).toContain('out.ts written: 1 demos, learned ')
    const first = read('out.ts')
    expect(first.split('\n').slice(0, 12)).toEqual([
      '// Made by kkachi from triage.kkachi: change that, and compile again.',
      expect.stringMatching(/^\/\/ Learned: [0-9a-f]{64}$/),
      "import type { InputsOf, OutputsOf, PredictorModule, ProgramState } from 'kkachi'",
      "import { predict } from 'kkachi'",
      '',
      'export type Inputs = InputsOf<"text -> label">',
      'export type Outputs = OutputsOf<"text -> label">',
      'export const instructions = "Read `text` and produce `label`."',
      'export const demos = 1',
      'export const examples = 2',
      expect.stringMatching(/^export const digest = "[0-9a-f]{64}"$/),
      'const state: ProgramState = {',
    ])
    rmSync(join(folder, 'out.ts'))
    await compile('triage.kkachi')
    expect(read('out.ts')).toBe(first)
    expect(first).not.toContain(folder)
    expect((await compile('triage.kkachi')).terminal.stdout()).toContain('out.ts is up to date')
  })

  test('makes the module of a program file, in its kind, its format and with its digest', async () => {
    const program = chainOfThought('question -> answer: number', { demos: [{ question: '1 + 1', answer: 2 }] })
    const saved = await saveProgram(program, { adapter: 'json' })
    write('solve.json', saved)
    expect((await compile('solve.json')).code).toBe(0)
    const text = read('out.ts')
    expect(text).toContain("import { chainOfThought, json, withContext } from 'kkachi'")
    expect(text).toContain('export type Outputs = Reasoned<OutputsOf<"question -> answer: number">>')
    expect(text).toContain(`export const digest = "${JSON.parse(saved).metadata.kkachi.digest}"`)
  })

  test('takes the types of a program file of DSPy from --signature', async () => {
    const { metadata: _, ...plain } = JSON.parse(await saveProgram(predict('text -> label')))
    write('plain.json', { ...plain, metadata: { dependency_versions: {} } })
    expect((await compile('plain.json')).message).toContain('plain.json:1: The state does not say its fields')
    expect((await compile('plain.json', '--signature', 'text -> label: int')).code).toBe(0)
    expect(read('out.ts')).toContain('predict("text -> label: int")')
  })

  test('writes JavaScript with its declarations, or these alone', async () => {
    write('triage.kkachi', { signature: 'text -> label' })
    await compile('triage.kkachi', '--out', './lib/triage.mjs')
    expect(readdirSync(join(folder, 'lib')).sort()).toEqual(['triage.d.mts', 'triage.mjs'])
    expect(read('lib/triage.mjs')).not.toMatch(/import type|: ProgramState/)
    await compile('triage.kkachi', '--out', './triage.kkachi.d.ts')
    expect(read('triage.kkachi.d.ts')).toBe(read('lib/triage.d.mts'))
    expect(read('triage.kkachi.d.ts')).not.toMatch(/[0-9a-f]{64}/)
  })

  test('has no demos beside a state that learned some, and gives the rows to go on learning from', async () => {
    write('s.json', await saveProgram(predict('text -> label', { demos: [{ text: 'Buy!', label: 'spam' }] })))
    write('rows.jsonl', '{"text": "Win!", "label": "spam", "id": 7}\n')
    write('triage.kkachi', { state: 's.json', examples: 'rows.jsonl', training: true })
    const { terminal } = await compile('triage.kkachi', '--json')
    expect(terminal.lines()).toEqual([expect.objectContaining({ type: 'result', demos: 1, examples: 1 })])
    expect(read('out.ts')).toContain(
      'export const training: readonly (Inputs & Partial<Outputs>)[] = [\n  {\n    text: "Win!",\n    label: "spam",\n  },\n]',
    )
  })

  test('shows near rows of a program that learned by them', async () => {
    const [state] = Object.values(predict('text -> label').state)
    const demo = { text: 'Win!', label: 'spam' }
    const self = { ...state, train: [{ input: { text: 'Win!' }, demo }], neighbors: 3 }
    write('s.json', await saveProgram(predict('text -> label').withState({ self } as ProgramState)))
    await compile('s.json')
    expect(read('out.ts')).toContain(
      'knnDemos(predict("text -> label").withState(state), { embedder: lexicalEmbedder() })',
    )
  })

  test('makes the module of a program imported from DSPy, which asks with its prompts', async () => {
    write('imported.json', frozenFile())
    expect((await compile('imported.json')).code).toBe(0)
    const text = read('out.ts')
    expect(text).toContain("import { frozen, predict, withContext } from 'kkachi'")
    expect(text).toMatch(/= withContext\(predict\("question, .*"\)\.withState\(state\), \{ adapter: frozen \}\)/)
  })

  test('--check writes nothing, and fails when the output is not what it would be', async () => {
    write('triage.kkachi', { signature: 'text -> label' })
    const absent = await compile('triage.kkachi', '--check')
    expect(absent.code).toBe(1)
    expect(absent.message).toContain('out.ts is not what triage.kkachi compiles to. Write: kkachi compile')
    expect(existsSync(join(folder, 'out.ts'))).toBe(false)
    await compile('triage.kkachi')
    expect((await compile('triage.kkachi', '--check')).code).toBe(0)
    write('triage.kkachi', { signature: 'text -> label', instructions: 'Be strict.' })
    expect((await compile('triage.kkachi', '--check')).code).toBe(1)
  })

  test('--watch compiles again when a source, its rows or its state change, also after an error', async () => {
    write('triage.kkachi', { signature: 'text -> label', examples: 'rows/*.jsonl' })
    write('rows/a.jsonl', '{"text": "Win!", "label": "spam"}\n')
    const stop = new AbortController()
    const terminal = testTerminal()
    const args = ['compile', join(folder, 'triage.kkachi'), '--out', join(folder, 'out.ts'), '--watch']
    const running = main(args, terminal, stop.signal)
    const has = (text: string) =>
      vi.waitFor(() => expect(existsSync(join(folder, 'out.ts')) && read('out.ts')).toContain(text), 30_000)
    await has('export const examples = 1')
    write('rows/b.jsonl', '{"text": "Lunch?", "label": "ham"}\n')
    await has('export const examples = 2')
    write('rows/b.jsonl', '{"text": "Lunch?"}\n')
    await vi.waitFor(
      () => expect(terminal.stderr()).toContain("b.jsonl:1: expected the right answer in 'label'"),
      30_000,
    )
    write('rows/b.jsonl', '{"text": "Lunch!", "label": "ham"}\n')
    await has('Lunch!')
    write('triage.kkachi', { signature: 'text -> label', instructions: 'Be strict.' })
    await has('Be strict.')
    stop.abort(new DOMException('Interrupted.', 'AbortError'))
    expect(await running).toBe(130)
  })
})

describe('what cannot be compiled ends with 2, the file, the line and what to write, and leaves nothing', () => {
  const sources: readonly (readonly [string, string | object, string])[] = [
    ['no JSON', '{\n  "signature": "text -> label",\n}', 'x.kkachi:3: Expected JSON.'],
    ['a comment', '{\n  // what it is for\n}', 'x.kkachi:2: Expected JSON.'],
    ['a list', '[]', 'x.kkachi:1: Expected an object.'],
    [
      'a key that stands twice',
      '{"signature": "a -> b",\n"signature": "c -> d"}',
      "x.kkachi:2: 'signature' stands here twice.",
    ],
    ['a key there is not', '{"signature": "a -> b",\n"instruction": "x"}', "x.kkachi:2: There is no 'instruction'"],
    ['a key of the prototype', '{"signature": "a -> b",\n"__proto__": {}}', 'x.kkachi'],
    ['nothing', {}, 'x.kkachi:1: Expected a signature'],
    ['a wrong signature', '{\n"signature": "a b"}', "x.kkachi:2: Expected ',' or '->' in signature"],
    ['an unknown type', '{\n"signature": "a -> b: strin"}', 'x.kkachi:2: '],
    [
      'a wrong kind',
      '{"signature": "a -> b",\n"module": "react"}',
      "x.kkachi:2: Expected 'module' to be predict or chain-of-thought.",
    ],
    ['a description of nothing', '{"signature": "a -> b", "descriptions": {"c": "x"}}', 'x.kkachi:1: '],
    [
      'descriptions that are no texts',
      { signature: 'a -> b', descriptions: { a: 1 } },
      "x.kkachi:3: Expected 'descriptions' to be texts",
    ],
    [
      'a wrong format',
      '{"signature": "a -> b",\n"adapter": "yaml"}',
      'x.kkachi:2: Expected the prompt format to be chat, json',
    ],
    ['demos of nothing', '{"signature": "a -> b",\n"demos": 3}', "x.kkachi:2: There are no examples for 'demos'."],
    [
      'half a demo',
      '{"signature": "a -> b", "examples": "*.csv",\n"demos": 0.5}',
      "x.kkachi:2: Expected 'demos' to be a whole number",
    ],
    [
      'examples that are not there',
      '{"signature": "a -> b",\n"examples": "none/*.csv"}',
      "x.kkachi:2: No file fits 'none/*.csv'",
    ],
    ['a state that is not there', { state: 'none.json' }, 'none.json cannot be read'],
    [
      'a signature beside a program',
      '{"program": "./x.ts",\n"signature": "a -> b"}',
      "x.kkachi:2: The program of './x.ts' has its own signature.",
    ],
    [
      'examples beside a program',
      '{"program": "./x.ts",\n"examples": "x.csv"}',
      "x.kkachi:2: The program's code does not say its fields",
    ],
    ['a broken state', { state: 'broken.json' }, 'broken.json:2: Expected a program file in JSON'],
    ['a state of another shape', { state: 'shape.json' }, 'shape.json:4: '],
    ['a state of another program', { signature: 'a, b, c -> d', state: 'two.json' }, 'two.json:'],
    ['a state that somebody changed', { state: 'changed.json' }, 'The file was changed after it was written'],
    [
      'a state that needs code',
      { state: 'rag.json' },
      'x.kkachi:2: The state is that of a program, whose code is needed',
    ],
  ]

  test.each(sources)('%s', async (_, source, message) => {
    write('x.kkachi', source)
    write('broken.json', '{\n"demos": [}')
    write(
      'shape.json',
      '{\n  "predict": {\n    "signature": {\n      "instructions": 5,\n      "fields": []\n    }\n  }\n}',
    )
    const two = JSON.parse(await saveProgram(predict('a -> b')))
    write('two.json', two)
    write('changed.json', { ...two, demos: [{ a: 'x', b: 'y' }] })
    write('rag.json', {
      hop: { ...two, metadata: undefined },
      answer: { ...two, metadata: undefined },
      metadata: { kkachi: { format: 1, module: 'program', signature: 'a -> b' } },
    })
    const before = readdirSync(folder)
    const result = await compile('x.kkachi')
    expect(result.message).toContain(message)
    expect(result.code).toBe(2)
    expect(readdirSync(folder)).toEqual(before)
  })

  test.each([
    [[], 'Expected --program. Write --program triage.kkachi.'],
    [['a.json', 'b.json'], "Unexpected argument 'b.json'"],
    [['a.json', '--program', 'b.json'], "Unexpected argument 'a.json'"],
    [['a.json'], 'Expected --out.'],
    [['a.json', '--out', 'x.txt'], 'a.json cannot be read'],
    [['a.kkachi', '--out', 'x.ts', '--signature', 'a -> b'], 'a.kkachi says its own signature'],
  ])('the flags %j', async (args, message) => {
    const terminal = testTerminal()
    expect(await main(['compile', ...args], terminal, new AbortController().signal)).toBe(2)
    expect(terminal.stderr()).toContain(message)
  })

  test('an output of another ending', async () => {
    write('x.kkachi', { signature: 'a -> b' })
    expect((await compile('x.kkachi', '--out', './x.txt')).message).toContain('Expected the output to end in .ts')
  })
})

describe('a hostile program file', () => {
  const hostile = '"; process.exit(7); "${process.exit(7)}` </script> \u2028 process.exit(7) */'

  test('is data in the module, wherever its texts stand', async () => {
    const program = predict('text -> label', {
      instructions: hostile,
      demos: [{ text: hostile, label: hostile, [hostile]: hostile, constructor: 'x' }],
    })
    const file = JSON.parse(await saveProgram(program))
    delete file.metadata.kkachi.digest
    write('hostile.json', { ...file, [hostile]: { [hostile]: 1 } })
    expect((await compile('hostile.json', '--out', './out.mjs')).code).toBe(0)
    const text = read('out.mjs')
    expect(text).not.toMatch(/<\/script|\u2028/)
    const body = text
      .replaceAll(/^import .*$/gm, 'const predict = () => ({ withState: state => state })')
      .replaceAll(/^export (default )?/gm, (_, byDefault) => (byDefault ? 'exports.program = ' : ''))
    const exports: { program?: ProgramState[string] & { self: ProgramState[string] } } = {}
    new Function('exports', body)(exports)
    expect(exports.program?.self.signature.instructions).toBe(hostile)
    expect(exports.program?.self.demos).toEqual(program.state.self?.demos)
  })

  test.each([
    [
      'a signature that is code',
      (file: { metadata: { kkachi: { signature: string } } }) => {
        file.metadata.kkachi.signature = 'text -> label"); process.exit(7); ("'
      },
    ],
    [
      'a format that is code',
      (file: { metadata: { kkachi: { adapter: string } } }) => {
        file.metadata.kkachi.adapter = 'json }); process.exit(7); ({'
      },
    ],
    [
      'a kind that is code',
      (file: { metadata: { kkachi: { module: string } } }) => {
        file.metadata.kkachi.module = 'predict(); process.exit(7)'
      },
    ],
  ])('with %s is refused', async (_, change) => {
    const file = JSON.parse(await saveProgram(predict('text -> label')))
    change(file)
    write('x.json', file)
    expect((await compile('x.json')).code).toBe(2)
    expect(existsSync(join(folder, 'out.ts'))).toBe(false)
  })

  test('with a key of the prototype is refused', async () => {
    const text = await saveProgram(predict('text -> label'))
    write('x.json', text.replace('"demos": []', '"demos": [{"__proto__": {"polluted": true}}]'))
    const { code, message } = await compile('x.json')
    expect(code).toBe(2)
    expect(message).toContain("The key '__proto__' is refused")
  })
})
