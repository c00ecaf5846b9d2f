import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { main } from '../../../node/cli/main.ts'
import { testTerminal } from './test-terminal.ts'

let folder = ''
const at = (name: string): string => join(folder, name)

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kkachi-debris-'))
  writeFileSync(at('data.jsonl'), '{"text": "a", "label": "x"}\n')
  writeFileSync(at('old.html'), 'a trace of last week')
  mkdirSync(at('folder'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const kkachi = async (...args: readonly string[]) => {
  const terminal = testTerminal()
  const code = await main(args, terminal, new AbortController().signal)
  return { code, said: terminal.stderr() }
}

const program = ['--signature', 'text -> label']
/** A server that nobody needs to reach: the command is over before it is asked. */
const model = ['--model', 'openai/m', '--base-url', 'http://127.0.0.1:9/v1']
const scored = [...program, ...model, '--metric', 'exact-match']
const outputs = () => ['--trace', at('trace.json'), '--log', at('run.log')]

describe('a command that fails before anything ran leaves nothing, and loses nothing', () => {
  test.each<[string, () => readonly string[], number]>([
    ['run with input that is no JSON', () => ['run', ...program, ...model, '--input', '{'], 2],
    ['run without a key', () => ['run', ...program, '--model', 'anthropic/m', '--input', '{"text": "a"}'], 2],
    ['run that only prints', () => ['run', ...program, ...model, '--input', '{"text": "a"}', '--print-prompt'], 0],
    ['eval of a missing file', () => ['eval', ...scored, '--data', at('no.jsonl'), '--save', at('s.jsonl')], 2],
    [
      'optimize of a missing file',
      () => ['optimize', ...scored, '--train', at('no.jsonl'), '--dev', at('no.jsonl')],
      2,
    ],
    [
      'optimize with an output below a file',
      () => {
        const data = ['--train', at('data.jsonl'), '--dev', at('data.jsonl')]
        return ['optimize', ...scored, ...data, '--out', at('data.jsonl/out.json')]
      },
      2,
    ],
  ])('%s', async (_, args, code) => {
    const before = readdirSync(folder)
    expect(await kkachi(...args(), ...outputs())).toMatchObject({ code })
    expect((await kkachi(...args(), '--trace', at('old.html'))).code).toBe(code)
    expect(readdirSync(folder)).toEqual(before)
    expect(readFileSync(at('old.html'), 'utf8')).toBe('a trace of last week')
  })

  test.each(['trace', 'log', 'save'])('--%s into a folder that is not there, or is one', async flag => {
    const args = ['eval', ...scored, '--data', at('data.jsonl'), `--${flag}`]
    const absent = await kkachi(...args, at('no/such.txt'))
    expect(absent).toMatchObject({ code: 2, said: expect.stringContaining(`there is no folder ${at('no')}`) })
    const taken = await kkachi(...args, at('folder'))
    expect(taken).toMatchObject({ code: 2, said: expect.stringContaining(`it is a folder. Choose another --${flag}.`) })
  })

  test.runIf(process.platform === 'linux')('a device or a stream is not replaced by a file', async () => {
    symlinkSync('/dev/null', at('null.json'))
    const before = readdirSync(folder)
    const args = ['eval', ...scored, '--data', at('data.jsonl')]
    for (const flag of ['--save', '--trace']) {
      for (const place of [at('null.json'), '/dev/null', '/dev/stdout']) {
        const said = expect.stringMatching(/cannot be written: it is no plain file\. Choose another --/)
        expect(await kkachi(...args, flag, place)).toMatchObject({ code: 2, said })
      }
    }
    expect(readdirSync(folder)).toEqual(before)
  })
})

describe('nothing is written over what is read', () => {
  test.each<[string, readonly string[], string]>([
    ['predictions over their rows', ['--save', 'data.jsonl'], 'it is the file of --data. Choose another --save.'],
    [
      'a trace over the rows',
      ['--trace', './folder/../data.jsonl'],
      'it is the file of --data. Choose another --trace.',
    ],
    ['a log over the rows', ['--log', 'data.jsonl'], 'it is the file of --data. Choose another --log.'],
    [
      'two outputs into one',
      ['--save', 'a.json', '--trace', 'a.json'],
      'it is the file of --save. Choose another --trace',
    ],
  ])('%s', async (_, flags, expected) => {
    const placed = flags.map(flag => (flag.startsWith('--') ? flag : at(flag)))
    const { code, said } = await kkachi('eval', ...scored, '--data', at('data.jsonl'), ...placed)
    expect(code).toBe(2)
    expect(said).toContain(expected)
    expect(readFileSync(at('data.jsonl'), 'utf8')).toBe('{"text": "a", "label": "x"}\n')
  })
})
