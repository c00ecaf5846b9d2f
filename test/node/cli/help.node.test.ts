import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { main } from '../../../node/cli/main.ts'
import { emptyTally, tellFailure } from '../../../node/cli/tally.ts'
import { textOfInput } from '../../../node/cli/terminal.ts'
import { ModelError } from '../../../src/index.ts'
import { testTerminal } from './test-terminal.ts'

const commands = ['run', 'optimize', 'eval', 'compare', 'compile', 'import', 'doctor']

const kkachi = async (...args: readonly string[]) => {
  const terminal = testTerminal()
  const code = await main(args, terminal, new AbortController().signal)
  return { code, out: terminal.stdout(), said: terminal.stderr() }
}

describe('help', () => {
  test.each(commands)('of %s is the same however it is asked for, in two columns', async command => {
    const { code, out } = await kkachi(command, '--help')
    expect(code).toBe(0)
    expect(await kkachi(command, '-h')).toMatchObject({ code, out })
    expect(await kkachi('help', command)).toMatchObject({ code, out })
    const flags = out.split('\n').filter(line => line.startsWith('  --'))
    const column = Math.max(...flags.map(line => /^ {2}--.*?(?= {2})/.exec(line)?.[0].length ?? 0)) + 2
    expect(flags.filter(line => !/^ \S/.test(line.slice(column - 1, column + 1)))).toEqual([])
  })

  test('of a command that there is not says which there are', async () => {
    expect(await kkachi('help', 'improve')).toMatchObject({ code: 2, said: expect.stringContaining("'improve'") })
  })
})

describe('a flag without its value', () => {
  test.each<[readonly string[], RegExp]>([
    [['run', '--signature'], /Expected a value after --signature\. Write --signature S\. \[configuration\/invalid\]$/],
    [['eval', '--data', '--json'], /after --data, got what looks like a flag\. Write --data=FILE for a value that/],
  ])('%j', async (args, expected) => {
    const { code, said } = await kkachi(...args)
    expect(code).toBe(2)
    expect(said.trim()).toMatch(expected)
  })
})

describe('an earlier run', () => {
  test('that wrote its program elsewhere is told as such', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'kkachi-earlier-'))
    mkdirSync(join(folder, 'run'))
    writeFileSync(join(folder, 'run', 'flags.json'), '{"signature": "text -> label"}')
    const { code, said } = await kkachi('optimize', '--from-run', join(folder, 'run'))
    rmSync(folder, { recursive: true })
    expect(code).toBe(2)
    expect(said).toMatch(/holds no program\.json: .*Write --from FILE beside --from-run/)
  })
})

describe('rows that failed', () => {
  test('are told by the first, in flags, in one line', () => {
    const terminal = testTerminal()
    const failure = new ModelError('model/transport', 'No answer.\nCheck baseUrl and the network, or try again.', {
      model: 'm',
    })
    tellFailure({ ...emptyTally(), scores: [1, 0, 0], failures: 2, failure }, terminal)
    expect(terminal.stderr()).toBe(
      'kkachi: 2 of 3 examples failed, the first with: No answer. Check --base-url and the network, or try again. [model/transport]\n',
    )
    const silent = testTerminal()
    tellFailure({ ...emptyTally(), scores: [1] }, silent)
    expect(silent.stderr()).toBe('')
  })
})

describe('standard input', () => {
  test('loses the byte order mark that some shells put before it, and nothing else', () => {
    expect(textOfInput(Buffer.from('\uFEFF{"text": "새"}\r\n'))).toBe('{"text": "새"}\r\n')
  })

  test('is refused where it is no UTF-8, and never read with holes', () => {
    expect(() => textOfInput(Buffer.from('{"text": "caf\xe9"}', 'latin1'))).toThrow('Standard input is not UTF-8.')
  })
})
