import { spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type ChatServer, chatServer, numberRows } from './chat-server.ts'

const folder = mkdtempSync(join(tmpdir(), 'kkachi-optimize-'))
const at = (name: string): string => join(folder, name)
let server: ChatServer

beforeAll(async () => {
  server = await chatServer(4)
  writeFileSync(at('train.jsonl'), numberRows(0, 16))
  writeFileSync(at('dev.jsonl'), numberRows(100, 20))
  writeFileSync(at('test.jsonl'), numberRows(200, 20))
})
afterAll(async () => {
  await server.close()
  rmSync(folder, { recursive: true })
})

const flags = (run: string | undefined, more: readonly string[] = []): string[] => [
  ...['optimize', '--signature', 'text -> label', '--model', 'openai/pupil', '--base-url', server.url],
  ...['--train', at('train.jsonl'), '--dev', at('dev.jsonl'), '--test', at('test.jsonl'), '--metric', 'exact-match'],
  ...['--optimizer', 'bootstrap-random-search', '--seed', '3', '--json'],
  ...(run === undefined ? [] : ['--run', at(run)]),
  ...more,
]

interface Ended {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly out: string
  readonly err: string
}

/** Runs the program kkachi; `during` may kill it. */
const kkachi = (
  args: readonly string[],
  during: (kill: (signal: NodeJS.Signals) => void) => void = () => {},
): Promise<Ended> =>
  new Promise(resolve => {
    const child = spawn(
      process.execPath,
      [fileURLToPath(new URL('../../../bin/kkachi.mjs', import.meta.url)), ...args],
      {
        cwd: folder,
        env: { ...process.env, OPENAI_API_KEY: '', CI: '1' },
      },
    )
    let out = ''
    let err = ''
    child.stdout.on('data', piece => {
      out += piece
    })
    child.stderr.on('data', piece => {
      err += piece
    })
    child.on('close', (code, signal) => resolve({ code, signal, out, err }))
    during(signal => child.kill(signal))
  })

const resultOf = ({ out }: Ended): Readonly<Record<string, unknown>> => JSON.parse(out.trim().split('\n').at(-1) ?? '')

/** What a result says about the program, without what it cost this time. */
const outcomeOf = (ended: Ended): unknown => {
  const { before, after, testBefore, test } = resultOf(ended)
  return { before, after, testBefore, test }
}

const until = async (holds: () => boolean): Promise<void> => {
  while (!holds()) await new Promise(resolve => setTimeout(resolve, 2))
}

describe('kkachi optimize', () => {
  test('ends with a result of the promised shape and writes the program and the report', async () => {
    const ended = await kkachi(flags(undefined, ['--out', at('program.json')]))
    expect({ code: ended.code, err: ended.err }).toMatchObject({ code: 0 })
    const score = { score: expect.any(Number), n: 20, low: expect.any(Number), high: expect.any(Number) }
    const result = resultOf(ended)
    expect(result).toMatchObject({
      type: 'result',
      before: score,
      after: score,
      test: score,
      calls: expect.any(Number),
      tokens: { input: expect.any(Number), output: expect.any(Number) },
      cachedCalls: expect.any(Number),
      seconds: expect.any(Number),
      out: at('program.json'),
    })
    expect(
      ended.out
        .trim()
        .split('\n')
        .every(line => typeof JSON.parse(line) === 'object'),
    ).toBe(true)
    expect(JSON.parse(readFileSync(at('program.json'), 'utf8')).demos.length).toBeGreaterThan(0)
    expect(readFileSync(at('program.html'), 'utf8')).toContain('<svg')
  })

  test('gives the same program at concurrency 1, 8 and 64', async () => {
    const programs = []
    for (const concurrency of ['1', '8', '64']) {
      const out = at(`at-${concurrency}.json`)
      const ended = await kkachi(flags(undefined, ['--out', out, '--concurrency', concurrency, '--report', 'off']))
      programs.push({ outcome: outcomeOf(ended), program: readFileSync(out, 'utf8') })
    }
    expect(programs[1]).toEqual(programs[0])
    expect(programs[2]).toEqual(programs[0])
  })

  test('killed at ten moments and started again, it repeats no finished call and comes to the same result', async () => {
    const whole = await kkachi(flags('whole'))
    const program = readFileSync(at('whole/program.json'), 'utf8')
    const calls = readdirSync(at('whole/calls'), { recursive: true }).length
    for (let moment = 0; moment < 10; moment += 1) {
      const run = `killed-${moment}`
      const before = server.answered.length
      // The moments are spread over the run by the answers given, moved a little by the moment's own number.
      const enough = before + Math.floor(((moment + 0.5) / 10) * calls * 0.9) + (moment % 3)
      const killed = await kkachi(flags(run), kill => {
        until(() => server.answered.length >= enough).then(() => kill('SIGKILL'))
      })
      const seen = server.answered.length
      const kept = journal(run)
      const restarted = await kkachi(flags(run))
      expect({ moment, signal: killed.signal, code: restarted.code }).toEqual({ moment, signal: 'SIGKILL', code: 0 })
      expect(outcomeOf(restarted)).toEqual(outcomeOf(whole))
      expect(readFileSync(at(`${run}/program.json`), 'utf8')).toEqual(program)
      const paid = server.answered.slice(before, seen).filter(({ id }) => kept.includes(id))
      const asked = server.answered.slice(seen).map(({ hash }) => hash)
      expect(paid.filter(({ hash }) => asked.includes(hash))).toEqual([])
      expect(Number(resultOf(restarted).cachedCalls)).toBeGreaterThanOrEqual(paid.length)
    }
  }, 600_000) // 21 runs of the command

  test('an interrupt ends it with 130 and keeps what was paid for', async () => {
    const before = server.answered.length
    const ended = await kkachi(flags('interrupted'), kill => {
      until(() => server.answered.length >= before + 30).then(() => kill('SIGINT'))
    })
    expect({ code: ended.code, err: ended.err }).toMatchObject({
      code: 130,
      err: expect.stringContaining('Interrupted'),
    })
    expect(journal('interrupted').match(/call-\d+-/g)?.length).toBeGreaterThan(20)
    expect((await kkachi(flags('interrupted'))).code).toBe(0)
  })

  test('a budget that ends before anything was found ends with 3 and writes nothing', async () => {
    const ended = await kkachi(flags(undefined, ['--budget-calls', '5', '--out', at('none.json')]))
    expect({ code: ended.code, files: readdirSync(folder).includes('none.json') }).toEqual({ code: 3, files: false })
  })

  test('a budget of calls holds for the whole command, the held-out test included', async () => {
    const before = server.answered.length
    const ended = await kkachi(
      flags(undefined, ['--budget-calls', '150', '--out', at('budget.json'), '--cache', 'off']),
    )
    expect(ended.code).toBe(0)
    expect(server.answered.length - before).toBeLessThanOrEqual(150)
    expect(resultOf(ended).calls).toBe(server.answered.length - before)
  })

  test('a budget of money holds for the whole command, and ends with the best so far', async () => {
    const before = server.answered.length
    const money = ['--price', '100/1000', '--max-tokens', '20', '--out', at('money.json'), '--cache', 'off']
    const ended = await kkachi(flags(undefined, [...money, '--budget-usd', '4']))
    const asked = server.answered.length - before
    expect({ code: ended.code, err: ended.err }).toMatchObject({ code: 0 })
    // 50 tokens in and 10 out at the price of the flag.
    expect(resultOf(ended)).toMatchObject({ outcome: 'stopped', calls: asked, after: { n: 20 } })
    expect(resultOf(ended).cost).toBeCloseTo(asked * 0.015, 9)
    expect(asked * 0.015).toBeLessThanOrEqual(4)
    expect(asked).toBeGreaterThan(100)
    const poor = await kkachi(flags(undefined, [...money, '--budget-usd', '0.2', '--out', at('poor.json')]))
    expect({ code: poor.code, result: resultOf(poor), files: readdirSync(folder).includes('poor.json') }).toMatchObject(
      {
        code: 3,
        result: { type: 'result', outcome: 'budget' },
        files: false,
      },
    )
  })

  test('a budget of money gives the same program at concurrency 1 and 64, and when it is run again', async () => {
    const money = ['--price', '100/1000', '--max-tokens', '20', '--budget-usd', '3']
    const first = await kkachi(flags('rich', [...money, '--concurrency', '64']))
    const again = await kkachi(flags('rich', money))
    const other = await kkachi(flags('rich-1', [...money, '--concurrency', '1']))
    for (const ended of [again, other]) expect(outcomeOf(ended)).toEqual(outcomeOf(first))
    for (const run of ['rich', 'rich-1']) {
      expect(readFileSync(at(`${run}/program.json`), 'utf8')).toBe(readFileSync(at('rich/program.json'), 'utf8'))
    }
    expect(resultOf(again)).toMatchObject({ calls: 0, cost: 0 })
    const dearer = await kkachi(flags('rich', [...money, '--price', '200/1000']))
    expect({ code: dearer.code, err: dearer.err }).toMatchObject({
      code: 2,
      err: expect.stringContaining('price of input'),
    })
  })

  test('a budget that ends within the held-out test leaves it not scored, and the program is written', async () => {
    const before = server.answered.length
    const out = at('untested.json')
    writeFileSync(at('long-test.jsonl'), numberRows(200, 150))
    const few = ['--test', at('long-test.jsonl'), '--budget-tokens', '12000', '--out', out, '--cache', 'off']
    const ended = await kkachi(flags(undefined, few))
    expect({ code: ended.code, err: ended.err }).toEqual({
      code: 0,
      err: expect.stringContaining('the held-out test is not scored: the budget ended'),
    })
    expect(resultOf(ended)).toMatchObject({ after: { n: 20 }, test: null, out })
    expect(JSON.parse(readFileSync(out, 'utf8')).metadata.kkachi.provenance.test).toBeNull()
    expect(readFileSync(at('untested.html'), 'utf8')).toContain('not scored: the budget ended')
    expect((server.answered.length - before) * 60).toBeLessThanOrEqual(12_000)
    const told = await kkachi(flags(undefined, few).filter(flag => flag !== '--json'))
    expect(told.out).toMatch(/held-out test set\n {2}before {2}.*\n {2}after {3}not scored: the budget ended/)
  })

  test('a held-out test that fails loses nothing of the program that was found', async () => {
    const away = await chatServer(0, question => (/number 2\d\d\n/.test(question) ? 404 : 200))
    const out = at('kept.json')
    const ended = await kkachi([...flags(undefined, ['--out', out]), '--base-url', away.url])
    await away.close()
    expect({ code: ended.code, err: ended.err }).toEqual({
      code: 1,
      err: expect.stringMatching(/the program that was found is in .*kept\.json[\s\S]*status 404/),
    })
    expect(JSON.parse(readFileSync(out, 'utf8')).demos.length).toBeGreaterThan(0)
  })

  test('the folder of a run refuses other settings and names them', async () => {
    await kkachi(flags('settings'))
    const other = await kkachi(flags('settings', ['--seed', '4']))
    expect({ code: other.code, err: other.err }).toEqual({
      code: 2,
      err: expect.stringMatching(/other settings \(seed\)/),
    })
  })

  test('the folder of a run refuses a metric or a program whose code was edited, and fields of other types', async () => {
    const metric = (passes: string) => `export default (row, { label }) => ${passes} === row.label\n`
    const program = (type: string) =>
      `import { predict } from ${JSON.stringify(fileURLToPath(new URL('../../../src/index.ts', import.meta.url)))}
      export default predict("text -> label: ${type}")\n`
    writeFileSync(at('metric.mjs'), metric('label'))
    writeFileSync(at('program.ts'), program('str'))
    const run = (more: readonly string[]) =>
      kkachi(flags('code', ['--metric', './metric.mjs', '--optimizer', 'labeled-few-shot', ...more]))
    const refused = (ended: Ended) => ({ code: ended.code, what: /settings \((.*)\)/.exec(ended.err)?.[1] })
    expect((await run([])).code).toBe(0)
    expect((await run([])).code).toBe(0)
    expect(refused(await run(['--signature', "text -> label: 'odd' | 'even'"]))).toEqual({
      code: 2,
      what: 'field types',
    })
    writeFileSync(at('metric.mjs'), metric('label.trim()'))
    expect(refused(await run([]))).toEqual({ code: 2, what: 'metric module' })

    const byModule = () => kkachi([...flags('module'), '--program', './program.ts'])
    expect((await byModule()).code).toBe(0)
    writeFileSync(at('program.ts'), `${program('str')}// edited\n`)
    expect(refused(await byModule())).toEqual({ code: 2, what: 'program module' })
  })
})

/** Everything a run has kept, as one text: the ids of its answers stand in it. */
const journal = (run: string): string =>
  readdirSync(at(`${run}/calls`), { recursive: true, withFileTypes: true })
    // What lies in a hidden folder is a draft or a lock: not written to its end.
    .filter(entry => entry.isFile() && !entry.parentPath.slice(folder.length).includes('/.'))
    .map(entry => readFileSync(join(entry.parentPath, entry.name), 'utf8'))
    .join('\n')
