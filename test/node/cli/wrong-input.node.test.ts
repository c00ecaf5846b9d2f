import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { main } from '../../../node/cli/main.ts'
import { testTerminal } from './test-terminal.ts'

let folder = ''

const files: Readonly<Record<string, string>> = {
  'train.jsonl': '{"text": "a", "label": "x"}\n{"text": "b", "label": "y"}\n',
  'dev.jsonl': '{"text": "c", "label": "x"}\n',
  'broken.jsonl': `${'{"text": "a", "label": "x"}\n'.repeat(6)}{"text": "a", "label":\n`,
  'fields.jsonl': '{"text": "a", "label": "x"}\n{"message": "a", "label": "x"}\n',
  'unlabeled.jsonl': '{"text": "a"}\n',
  'scalar.jsonl': '{"text": "a", "label": "x"}\n42\n',
  'unsafe.jsonl': '{"text": "a", "__proto__": {"polluted": true}}\n',
  'empty.jsonl': '',
  'latin1.jsonl': 'PLACEHOLDER',
  'ragged.csv': 'text,label\na,x\nb,y,z\n',
  'rows.txt': 'text',
  'shape.json': '{"predict": {"signature": {"instructions": 5}}}',
  'not-json.json': 'not json',
  'metric.mjs': 'export default 5\n',
  'program.mjs': 'export default 5\n',
  'earlier.json':
    '{"traces":[],"train":[],"demos":[],"signature":{"instructions":"Say.","fields":[{"prefix":"Text:","description":"t"},{"prefix":"Label:","description":"l"}]},"lm":null}',
  'empty.txt': '\n \n',
  'instructions.json': '["Say x.", {"other": "Say y."}]',
  'numbers.json': '["Say x.", 5]',
  'object.json': '{"self": "Say x."}',
  'broken.json': '[\n"Say x.",\n',
  'scores.jsonl': '{"text": "a", "label": "x", "score": "good"}\n',
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kkachi-cli-'))
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
  writeFileSync(join(folder, 'latin1.jsonl'), Buffer.from('{"text": "caf\xe9", "label": "x"}\n', 'latin1'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const good: Readonly<Record<string, string>> = {
  signature: 'text -> label',
  train: 'train.jsonl',
  dev: 'dev.jsonl',
  metric: 'exact-match',
  model: 'openai/none',
  'base-url': 'http://127.0.0.1:9/v1',
}

const fileFlags = [
  ...[
    'out',
    'report',
    'train',
    'dev',
    'test',
    'data',
    'program',
    'state',
    'from',
    'from-run',
    'corrections',
    'failures',
  ],
  'try-instructions',
]

/** Runs `optimize` with one flag changed; undefined takes a flag away. */
const optimize = async (change: Readonly<Record<string, string | undefined>>) => {
  const flags = Object.entries({ ...good, ...change }).flatMap(([name, value]) =>
    value === undefined
      ? []
      : [`--${name}`, fileFlags.includes(name) || value.startsWith('./') ? join(folder, value) : value],
  )
  const terminal = testTerminal()
  const code = await main(
    ['optimize', '--out', join(folder, 'out.json'), '--run', join(folder, 'run'), ...flags],
    terminal,
    new AbortController().signal,
  )
  return { code, message: terminal.stderr() }
}

describe('wrong input ends with exit code 2, a message that says what, where and what to do, and nothing written', () => {
  test.each<[string, Readonly<Record<string, string | undefined>>, RegExp]>([
    ['a missing file', { train: 'nowhere.jsonl' }, /nowhere\.jsonl cannot be read: .*ENOENT.*Check the path/],
    [
      'a program file below a file',
      { out: 'rows.txt/out.json' },
      /out\.json cannot be written: .*rows\.txt is no folder/,
    ],
    ['a folder as the program file', { out: '../' }, /cannot be written: it is a folder\. Choose another --out/],
    ['a report below a file', { report: 'rows.txt/a.html' }, /a\.html cannot be written.*Choose another --report/],
    ['a folder as a file', { train: '../' }, /Expected a \.jsonl, \.ndjson, \.json, \.csv or \.parquet file/],
    ['JSONL broken at line 7', { train: 'broken.jsonl' }, /broken\.jsonl:7 is not usable JSON.*Mend the line/],
    ['a row that is no object', { train: 'scalar.jsonl' }, /at line 2 of .*scalar\.jsonl, got a number/],
    [
      'a row without an input field',
      { dev: 'fields.jsonl' },
      /fields\.jsonl:2: expected the input 'text', the row has message, label/,
    ],
    [
      'a row without the right answer',
      { dev: 'unlabeled.jsonl' },
      /unlabeled\.jsonl:1: expected the right answer in 'label'/,
    ],
    [
      'a key that reaches a prototype',
      { train: 'unsafe.jsonl' },
      /unsafe\.jsonl:1 .*refused because it could change a prototype/,
    ],
    ['an empty development set', { dev: 'empty.jsonl' }, /empty\.jsonl has no rows/],
    ['text that is not UTF-8', { train: 'latin1.jsonl' }, /latin1\.jsonl is not UTF-8 near line 1/],
    ['a CSV row with a column too many', { train: 'ragged.csv' }, /ragged\.csv:3 is not CSV/],
    [
      'a data file of another kind',
      { train: 'rows.txt' },
      /Expected a \.jsonl, \.ndjson, \.json, \.csv or \.parquet file/,
    ],
    [
      'an unknown metric',
      { metric: 'exactmatch' },
      /--metric to be exact-match, f1, contains, semantic-f1 or a module/,
    ],
    ['a metric module that exports no metric', { metric: './metric.mjs' }, /to export a metric/],
    ['a metric module that does not exist', { metric: './nothing.mjs' }, /nothing\.mjs could not be loaded/],
    ['an unknown optimizer', { optimizer: 'magic' }, /--optimizer to be auto, .*got 'magic'/],
    ['an unknown effort', { optimizer: 'gepa', auto: 'huge' }, /--auto to be light, medium, heavy, got 'huge'/],
    ['an unknown stage', { optimizer: 'better-together', stages: 'gepa -> magic' }, /--stages to name .*got 'magic'/],
    ['a stage that can be none', { optimizer: 'better-together', stages: 'knn-few-shot' }, /got 'knn-few-shot'/],
    [
      'an unknown provider of the prompt model',
      { 'prompt-model': 'acme/large' },
      /Expected a model like .*acme\/large/,
    ],
    [
      'a prompt model without its key, of another provider than the server of the model',
      { 'prompt-model': 'anthropic/claude-sonnet-4-5' },
      /anthropic\/claude-sonnet-4-5 needs a key. Set the environment variable ANTHROPIC_API_KEY/,
    ],
    [
      'a prompt model without a price under a budget of money',
      { 'prompt-model': 'openai/other', price: '1/1', 'budget-usd': '1' },
      /No price is known for openai\/other.*Write --prompt-price/,
    ],
    [
      'a price of the prompt model that is none',
      { 'prompt-model': 'openai/other', 'prompt-price': 'x' },
      /--prompt-price/,
    ],
    ['missing instructions', { 'try-instructions': 'nowhere.txt' }, /nowhere\.txt cannot be read.*Check the path/],
    [
      'instructions that are none',
      { 'try-instructions': 'empty.txt' },
      /empty\.txt has no instructions. Write one a line/,
    ],
    ['instructions in broken JSON', { 'try-instructions': 'broken.json' }, /broken\.json:\d is not usable JSON/],
    ['instructions that are no list', { 'try-instructions': 'object.json' }, /Expected a list in .*object\.json/],
    [
      'instructions that are a number',
      { 'try-instructions': 'numbers.json' },
      /Expected a text at item 2 of .*numbers/,
    ],
    [
      'instructions of a predictor that is not there',
      { 'try-instructions': 'instructions.json' },
      /item 2 of .*instructions\.json gives instructions to 'other', which is no predictor.*Write self/,
    ],
    ['corrections of nothing', { corrections: 'train.jsonl' }, /Expected --from beside --corrections/],
    ['failures of nothing', { failures: 'train.jsonl' }, /Expected --from beside --failures/],
    ['an earlier program that is missing', { from: 'nowhere.json' }, /nowhere\.json cannot be read/],
    ['an earlier run that is missing', { 'from-run': 'nowhere' }, /nowhere holds no run to go on from/],
    ['an earlier program beside another', { from: 'earlier.json', program: 'earlier.json' }, /Expected one program/],
    [
      'an earlier program beside a state',
      { from: 'earlier.json', state: 'earlier.json' },
      /--from or --state, not both/,
    ],
    ['an output over the earlier program', { from: 'earlier.json', out: './earlier.json' }, /written over the program/],
    ['a missing file of corrections', { from: 'earlier.json', corrections: 'no.jsonl' }, /no\.jsonl cannot be read/],
    [
      'corrections without the answer',
      { from: 'earlier.json', corrections: 'unlabeled.jsonl' },
      /unlabeled\.jsonl:1: expected the right answer in 'label'/,
    ],
    [
      'failures with a score that is none',
      { from: 'earlier.json', failures: 'scores.jsonl' },
      /Expected a number in 'score'/,
    ],
    [
      'nothing left to learn from',
      { from: 'earlier.json', failures: 'train.jsonl' },
      /Every row to learn from is also/,
    ],
    ['an unknown provider', { model: 'acme/large' }, /Expected a model like openai\/gpt-4o-mini, anthropic\//],
    [
      'a missing key',
      { model: 'openai/gpt-4o-mini', 'base-url': undefined },
      /Set the environment variable OPENAI_API_KEY/,
    ],
    ['a base URL that is none', { 'base-url': 'not a url' }, /base/i],
    ['a signature that cannot be parsed', { signature: 'text label' }, /signature 'text label'.*\(offset/],
    ['an unknown field type', { signature: 'text -> label: strng' }, /strng/],
    ['no program at all', { signature: undefined }, /Expected a program/],
    ['a missing program file', { signature: undefined, program: 'nowhere.json' }, /nowhere\.json cannot be read/],
    [
      'a program file of the wrong shape',
      { signature: undefined, program: 'shape.json' },
      /shape\.json: Expected a string at \/predict\/signature\/instructions|shape\.json: Expected a list/,
    ],
    [
      'a program file that is not JSON',
      { signature: undefined, program: 'not-json.json' },
      /not-json\.json: Expected a program file in JSON/,
    ],
    [
      'a program module that exports no program',
      { signature: undefined, program: 'program.mjs' },
      /program\.mjs to export a program/,
    ],
    ['a missing flag', { train: undefined }, /Expected --train\. Write --train train\.jsonl/],
    [
      'a budget that is no number',
      { 'budget-calls': 'many' },
      /--budget-calls to be a whole number of at least 1, got 'many'/,
    ],
    [
      'a budget of money for a model whose price nobody knows',
      { 'budget-usd': '1' },
      /No price is known for openai\/none.*Write --price 0\.15\/0\.6/,
    ],
    ['a budget of no money', { 'budget-usd': '0' }, /--budget-usd to be a number of at least 0\.000001, got '0'/],
    ['a price that is none', { price: '1' }, /--price to be US dollars per million tokens, input and output, got '1'/],
    ['a seed that is not whole', { seed: '1.5' }, /--seed to be a whole number of at least 0, got '1.5'/],
    ['a negative seed', { seed: '-1' }, /Expected a value after --seed, got what looks like a flag\. Write --seed=N/],
    [
      'a seed that a number does not hold exactly',
      { seed: '9007199254740992' },
      /--seed to be a whole number from 0 to 9007199254740991, got '9007199254740992'/,
    ],
    ['a concurrency of nothing', { concurrency: '0' }, /--concurrency to be a whole number from 1 to 1000/],
    [
      'an unknown adapter',
      { adapter: 'yaml' },
      /--adapter to be chat, json, xml, compact, frozen, two-step, got 'yaml'/,
    ],
    ['an unknown flag', { nonsense: 'x' }, /nonsense.*The flags are: --program/],
  ])('%s', async (_, change, message) => {
    const before = readdirSync(folder)
    const { code, message: said } = await optimize(change)
    expect({ code, said }).toEqual({ code: 2, said: expect.stringMatching(message) })
    expect(said.trim().split('\n')).toHaveLength(1)
    expect(readdirSync(folder)).toEqual(before)
  })

  test('an unknown command', async () => {
    const terminal = testTerminal()
    expect(await main(['improve'], terminal, new AbortController().signal)).toBe(2)
    expect(terminal.stderr()).toMatch(/There is no command 'improve'. The commands are: run, optimize, eval/)
  })

  test('an input that does not fit the signature, and one that is no JSON', async () => {
    for (const [input, message] of [
      ['{"txt": "a"}', /`text` is missing/],
      ['{', /Expected --input to be a JSON object/],
      ['[1]', /Expected --input to be a JSON object/],
    ] as const) {
      const terminal = testTerminal()
      const code = await main(
        [
          'run',
          '--signature',
          'text -> label',
          '--input',
          input,
          '--model',
          'openai/none',
          '--base-url',
          'http://127.0.0.1:9/v1',
        ],
        terminal,
        new AbortController().signal,
      )
      expect({ code, said: terminal.stderr() }).toEqual({ code: 2, said: expect.stringMatching(message) })
    }
  })

  test('with --json the error is also an object on standard output', async () => {
    const terminal = testTerminal()
    await main(
      [
        'eval',
        '--json',
        '--signature',
        'a -> b',
        '--data',
        'nowhere.csv',
        '--metric',
        'f1',
        '--model',
        'openai/x',
        '--base-url',
        'http://127.0.0.1:9',
      ],
      terminal,
      new AbortController().signal,
    )
    expect(terminal.lines()).toEqual([
      { type: 'error', code: 'data/missing', message: expect.stringContaining('nowhere.csv') },
    ])
  })
})
