import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { main } from '../../../node/cli/main.ts'
import { type Demo, predict, saveProgram } from '../../../src/index.ts'
import { type ChatServer, chatServer, numberRows } from './chat-server.ts'
import { testTerminal } from './test-terminal.ts'

const shared = mkdtempSync(join(tmpdir(), 'kkachi-programs-'))
const programAt = (name: string): string => join(shared, name)
let folder = ''
const at = (name: string): string => join(folder, name)
let server: ChatServer

/** A program that has learned these demos: the server answers well where they show both labels. */
const taught = (demos: readonly Demo[]) => {
  const program = predict('text -> label')
  return program.withState({ self: { ...program.state.self, demos } } as never)
}

beforeAll(async () => {
  server = await chatServer()
  const pair = [
    { text: 'the number 31', label: 'odd' },
    { text: 'the number 32', label: 'even' },
  ]
  writeFileSync(programAt('before.json'), await saveProgram(taught([])))
  writeFileSync(programAt('after.json'), await saveProgram(taught(pair)))
  const index = JSON.stringify(fileURLToPath(new URL('../../../src/index.ts', import.meta.url)))
  writeFileSync(programAt('program.ts'), `import { predict } from ${index}\nexport default predict('text -> label')\n`)
})
afterAll(async () => {
  await server.close()
  rmSync(shared, { recursive: true })
})
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kkachi-compare-'))
  writeFileSync(at('data.jsonl'), numberRows(100, 30))
})
afterEach(() => rmSync(folder, { recursive: true }))

const compare = async (flags: readonly string[], { json = true, url = server.url } = {}) => {
  const terminal = testTerminal()
  const asked = server.answered.length
  const code = await main(
    [
      ...['compare', ...flags, '--model', 'openai/pupil', '--base-url', url],
      ...['--data', at('data.jsonl'), '--metric', 'exact-match', ...(json ? ['--json'] : [])],
    ],
    terminal,
    new AbortController().signal,
  )
  return {
    code,
    result: terminal.lines,
    out: terminal.stdout(),
    said: terminal.stderr(),
    asked: server.answered.length - asked,
  }
}

const programs = (before: string, after: string): readonly string[] =>
  [before, after].flatMap(name => ['--program', programAt(name)])

describe('kkachi compare', () => {
  test('tells the paired difference, its interval and p-value, who wins where, and what each cost', async () => {
    const ended = await compare([...programs('before.json', 'after.json'), '--price', '1/10'])
    const side = { n: 30, failures: 0, calls: 30, cachedCalls: 0, tokens: { input: 1_500, output: 300 }, cost: 0.0045 }
    expect({ code: ended.code, result: ended.result() }).toMatchObject({
      code: 0,
      result: [
        {
          ...{ type: 'result', n: 30 },
          before: { ...side, program: programAt('before.json') },
          after: { ...side, program: programAt('after.json') },
        },
      ],
    })
    const [result] = ended.result() as readonly Record<string, number>[]
    const { difference = 0, low = 0, high = 0, p = 1, wins = 0, losses = 0, ties = 0 } = result ?? {}
    expect(low).toBeGreaterThan(0)
    expect([low <= difference, difference <= high, p < 0.001, wins + losses + ties]).toEqual([true, true, true, 30])
    expect((wins - losses) / 30).toBeCloseTo(difference, 12)
  })

  test('the other way round is the same difference with the other sign', async () => {
    const [there] = (await compare(programs('before.json', 'after.json'))).result()
    const [back] = (await compare(programs('after.json', 'before.json'))).result()
    expect(back).toMatchObject({ wins: there?.losses, losses: there?.wins, ties: there?.ties, p: there?.p })
    expect(back?.difference).toBeCloseTo(-Number(there?.difference), 12)
  })

  test('a program beside itself differs in nothing, and is asked once', async () => {
    const ended = await compare(programs('after.json', 'after.json'))
    expect(ended.result()[0]).toMatchObject({ difference: 0, p: 1, wins: 0, losses: 0, ties: 30, differing: [] })
    expect(ended.asked).toBe(30)
  })

  test('names the rows that differ most, and keeps both answers to every row', async () => {
    const ended = await compare([...programs('before.json', 'after.json'), '--save', at('rows.jsonl')])
    const [result] = ended.result()
    const { differing } = result as { readonly differing: readonly { row: number; before: number; after: number }[] }
    const rows = readFileSync(at('rows.jsonl'), 'utf8')
      .trim()
      .split('\n')
      .map(line => JSON.parse(line))
    expect(rows).toHaveLength(30)
    expect(differing).toHaveLength(10)
    for (const { row, before, after } of differing) {
      expect(rows[row - 1]).toMatchObject({ 'before score': before, 'after score': after, difference: after - before })
    }
    expect(rows[0]).toMatchObject({
      text: 'the number 100',
      label: 'even',
      'before.label': expect.any(String),
      'after.label': expect.any(String),
    })
  })

  test('says it in words', async () => {
    const { out } = await compare(programs('before.json', 'after.json'), { json: false })
    expect(out).toMatch(/after is better\n/)
    expect(out).toMatch(/rows +30: after is better on \d+, before on \d+, the same on \d+\n/)
    expect(out).toMatch(/p = less than 0\.001/)
    const same = await compare(programs('after.json', 'after.json'), { json: false })
    expect(same.out).toContain('these rows do not tell which is better')
  })

  test('a module is compared as it is written with what it has learned, and by two states', async () => {
    const [files] = (await compare(programs('before.json', 'after.json'))).result()
    const byModule = ['--program', programAt('program.ts'), '--state', programAt('after.json')]
    const [written] = (await compare(byModule)).result()
    const states = ['--state', programAt('before.json'), '--state', programAt('after.json')]
    const [both] = (await compare(['--program', programAt('program.ts'), ...states])).result()
    for (const result of [written, both]) {
      expect(result).toMatchObject({ difference: files?.difference, p: files?.p, wins: files?.wins })
    }
    expect(written).toMatchObject({ before: { program: programAt('program.ts') } })
  })

  test.each<[string, () => readonly string[], RegExp]>([
    [
      'one program file',
      () => ['--program', programAt('after.json')],
      /two programs to compare.*--program after\.json/,
    ],
    ['no program', () => [], /two programs to compare, but 0 --program were given/],
    [
      'three programs',
      () => [...programs('before.json', 'after.json'), '--program', programAt('after.json')],
      /but 3 --program were given/,
    ],
    [
      'a state without a module',
      () => [...programs('before.json', 'after.json'), '--state', programAt('after.json')],
      /there are 1 --state for 0 modules/,
    ],
    ['a file that is not there', () => programs('before.json', 'nowhere.json'), /nowhere\.json cannot be read/],
    [
      'a file that cannot be written',
      () => [...programs('before.json', 'after.json'), '--save', at('nowhere/rows.jsonl')],
      /cannot be written.*--save/,
    ],
    [
      'a price that is none',
      () => [...programs('before.json', 'after.json'), '--price', 'dear'],
      /--price .*0\.15\/0\.6/,
    ],
  ])('%s is refused before anything is asked or written', async (_, flags, message) => {
    const ended = await compare(flags())
    expect({ code: ended.code, said: ended.said, asked: ended.asked }).toEqual({
      code: 2,
      said: expect.stringMatching(message),
      asked: 0,
    })
    expect(readdirSync(folder)).toEqual(['data.jsonl'])
  })

  test('a model that answers nothing ends it with its error and leaves no file', async () => {
    const away = await chatServer(0, () => 404)
    const ended = await compare([...programs('before.json', 'after.json'), '--save', at('rows.jsonl')], {
      url: away.url,
    })
    await away.close()
    expect({ code: ended.code, result: ended.result() }).toMatchObject({
      code: 1,
      result: [{ type: 'error', code: 'model/request' }],
    })
    expect(readdirSync(folder)).toEqual(['data.jsonl'])
  })
})
