import { describe, expect, test } from 'vitest'
import { KkachiError } from '../../src/errors/kkachi-error.ts'
import type { Sandbox } from '../../src/ports/sandbox.ts'

/** A function as the source of a call. */
export const body = (text: string): string => `export default ${text}`

/** Stops early enough that a suite of them is quick, by steps so that every runtime stops alike. */
export const tight = { steps: 20_000_000, memoryBytes: 8 * 2 ** 20 } as const

/** What ends within limits, and with what. Native loops of the engine are among them: those ask nobody whether to stop. */
export const endless: readonly (readonly [what: string, source: string, code: RegExp])[] = [
  ['an endless loop', body('() => { while (true) {} }'), /time/],
  ['an endless loop outside of any function', 'while (true) {}\nexport default () => 1', /time/],
  ['a loop that catches what stops it', body('() => { for (;;) try { for (;;) {} } catch {} }'), /time/],
  ['a regular expression that backtracks', body('() => /^(a+)+$/.test("a".repeat(5000) + "!")'), /time/],
  ['Array(1e9) filled', body('() => Array(1e9).fill(0).length'), /time|memory/],
  ['Array(1e9) joined', body('() => Array(1e9).join().length'), /time|memory/],
  ['a search in something that claims a length', body('() => [].indexOf.call({ length: 2 ** 53 - 1 }, 1)'), /time/],
  ['a set of what never ends', body('() => new Set([].values.call({ length: 2 ** 53 - 1 })).size'), /time/],
  ['a search of much text in more', body('() => "a".repeat(2e6).indexOf("a".repeat(1e6) + "b")'), /time/],
  ['the digits of great numbers', body('() => { for (let n = 2n ** 400000n; ; n++) String(n) }'), /time/],
  ['bytes made again and again', body('() => { for (;;) new Uint8Array(4 << 20) }'), /time/],
  [
    'bytes moved again and again',
    body('() => { for (const a = new Uint8Array(4 << 20); ; ) a.copyWithin(1, 0) }'),
    /time/,
  ],
  [
    'promises that make promises',
    body('() => { const f = () => Promise.resolve().then(f); return f() }'),
    /time|memory/,
  ],
  [
    'a million tasks that each make one',
    body('() => { const f = () => queueMicrotask(f); for (let i = 0; i < 1e6; i++) f() }'),
    /time|memory/,
  ],
  ['a generator read to its end', body('() => [...(function* () { for (;;) yield 1 })()]'), /time|memory/],
  ['memory without end', body('() => { const a = []; for (;;) a.push({}) }'), /memory|time/],
  ['memory in great parts', body('() => { const a = []; for (;;) a.push(new Uint8Array(1 << 20)) }'), /memory/],
  ['text that doubles', body('() => { let s = "x"; for (;;) s += s }'), /memory|thrown/],
  ['a function that calls itself', body('() => { const f = () => f() + 1; return f() }'), /stack/],
  ['a getter that calls itself', body('() => { const o = { get a() { return o.a } }; return o.a }'), /stack/],
  ['text nested too deeply to read', body('() => JSON.parse("[".repeat(200000))'), /stack|time/],
  ['code nested too deeply to read', body('() => eval("(".repeat(200000))'), /stack|time/],
  [
    'a value nested too deeply to write',
    body('() => { let a = []; for (let i = 0; i < 1e5; i++) a = [a]; return a }'),
    /stack|output|time|memory/,
  ],
  ['a promise that nothing settles', body('() => new Promise(() => {})'), /unsettled/],
  ['a module that waits for ever', 'await new Promise(() => {})\nexport default () => 1', /unsettled/],
]

const runs = (source: string, ...args: unknown[]) => ({ source: body(source), args })

/**
 * The contract of `Sandbox`, one test or more for each of its numbers, on a sandbox in its real runtime.
 */
export const describeSandbox = (name: string, make: () => Sandbox): void => {
  const sandbox = make()
  const codeOf = async (call: Parameters<Sandbox['run']>[0]): Promise<unknown> => {
    try {
      return { value: await sandbox.run(call) }
    } catch (error) {
      return KkachiError.is(error) ? error.code : error
    }
  }

  describe(`${name} keeps the contract of a sandbox`, () => {
    describe('1: a value, or an error with a code', () => {
      test('gives what the function returned, or what its promise came to', async () => {
        expect(await sandbox.run(runs('(a, b) => a + b', 1, 2))).toBe(3)
        expect(await sandbox.run(runs('async a => ({ ...a, b: [null, "ü", 1.5, true] })', { a: 1 }))).toEqual({
          a: 1,
          b: [null, 'ü', 1.5, true],
        })
        expect(await sandbox.run({ source: 'export const twice = a => 2 * a', name: 'twice', args: [4] })).toBe(8)
      })

      test.each([
        ['text that is no code', 'export default (', 'sandbox/source'],
        ['an import', 'import a from "a"\nexport default () => a', 'sandbox/source'],
        ['no function', 'export const other = 1', 'sandbox/source'],
        ['an error thrown', body('() => { throw new Error("no") }'), 'sandbox/thrown'],
        ['an error thrown outside of any function', 'throw 1', 'sandbox/thrown'],
        ['a promise that fails', body('async () => { await null; throw "late" }'), 'sandbox/thrown'],
        ['an import while it runs', body('() => import("node:fs")'), 'sandbox/thrown'],
        ['nothing returned', body('() => {}'), 'sandbox/output'],
        ['a function returned', body('() => () => 1'), 'sandbox/output'],
        ['a key that is refused', body(`() => JSON.parse('{"__proto__": 1}')`), 'sandbox/output'],
      ])('rejects for %s', async (_what, source, code) => {
        expect(await codeOf({ source, args: [] })).toBe(code)
      })

      test('tells what was thrown, and where, beside the message', async () => {
        const source = 'export default () => {\n  throw new TypeError("the row says 7")\n}'
        const error = await sandbox.run({ source, args: [] }).catch((error: unknown) => error)
        expect(error).toMatchObject({ thrown: { name: 'TypeError', message: 'the row says 7', line: 2 } })
        expect(String(error)).toContain('a TypeError on line 2')
        expect(`${error}${JSON.stringify(error)}`).not.toContain('the row says 7')
      })

      test('throws nothing at once', () => {
        const promises = [
          sandbox.run({ source: 'nonsense (', args: [] }),
          sandbox.run({ source: '', args: [1n] }),
          sandbox.run({ source: '', args: [], seed: 0.5 }),
          sandbox.run({ source: '', args: [], limits: { steps: -1 } }),
        ]
        return Promise.all(promises.map(promise => expect(promise).rejects.toHaveProperty('code')))
      })
    })

    describe('2: only its arguments and the language', () => {
      test('hands over what JSON keeps', async () => {
        const given = { date: new Date(0), absent: undefined, text: 'a\u0000\ud800 "quoted" \u2028', list: [undefined] }
        expect(await sandbox.run(runs('a => a', given))).toEqual(JSON.parse(JSON.stringify(given)))
      })

      test('changes none of the arguments', async () => {
        const row = { deep: { list: [1] } }
        await sandbox.run(runs('row => { row.deep.list.push(2); row.x = 1; return 0 }', row))
        expect(row).toEqual({ deep: { list: [1] } })
      })
    })

    describe('3: a clock and dice of the call', () => {
      const tell =
        '() => [Date.now(), new Date().toString(), new Date(2020, 5, 1).getTime(), Math.random(), Math.random()]'

      test('stands still at the time it is given, in UTC', async () => {
        const now = Date.UTC(2026, 0, 2, 3, 4, 5, 678)
        const [time, text, june] = (await sandbox.run({ ...runs(tell), now })) as unknown[]
        expect(time).toBe(now)
        expect(text).toBe('Fri Jan 02 2026 03:04:05 GMT+0000')
        expect(june).toBe(Date.UTC(2020, 5, 1))
        expect(
          await sandbox.run({
            ...runs('() => { const a = Date.now(); for (let i = 0; i < 1e5; i++); return Date.now() - a }'),
            now,
          }),
        ).toBe(0)
      })

      test('repeats itself, and throws other dice for another seed', async () => {
        const [first, again, other] = [
          await sandbox.run({ ...runs(tell), seed: 1 }),
          await sandbox.run({ ...runs(tell), seed: 1 }),
          await sandbox.run({ ...runs(tell), seed: 2 }),
        ]
        expect(again).toEqual(first)
        expect(other).not.toEqual(first)
        expect(first).toEqual([
          0,
          'Thu Jan 01 1970 00:00:00 GMT+0000',
          1590969600000,
          0.5871159751922967,
          0.039014789912149794,
        ])
      })

      test('begins every call anew', async () => {
        const call = {
          source:
            'let calls = 0\nexport default () => { globalThis.all = (globalThis.all ?? 0) + 1; return [++calls, all] }',
          args: [],
        }
        expect(await sandbox.run(call)).toEqual([1, 1])
        expect(await sandbox.run(call)).toEqual([1, 1])
        await sandbox.run(
          runs('() => { Array.prototype.map = () => "mine"; Object.freeze(Object.prototype); return 1 }'),
        )
        expect(await sandbox.run(runs('() => [1].map(x => x + 1)'))).toEqual([2])
      })
    })

    describe('4: every limit holds', () => {
      test.each(endless)('ends %s', async (_what, source, code) => {
        expect(await codeOf({ source, args: [], limits: tight })).toMatch(code)
        expect(await sandbox.run(runs('a => a + 1', 1)), 'the next call').toBe(2)
      })

      test('stops at the same step every time', async () => {
        const count = runs('n => { for (let i = 0; i < n; i++); return n }', 10_000)
        let [steps, enough] = [100_000, 10_000_000]
        while (enough - steps > 1) {
          const middle = Math.floor((steps + enough) / 2)
          if ((await codeOf({ ...count, limits: { steps: middle } })) === 'sandbox/time') steps = middle
          else enough = middle
        }
        for (let again = 0; again < 3; again += 1) {
          expect(await codeOf({ ...count, limits: { steps } })).toBe('sandbox/time')
          expect(await codeOf({ ...count, limits: { steps: enough } })).toEqual({ value: 10_000 })
        }
      })

      test.each([
        [
          'output that is too large',
          { source: body('n => "x".repeat(n)'), args: [99] },
          { outputBytes: 100 },
          'sandbox/output',
          98,
        ],
        [
          'output of many bytes a letter',
          { source: body('n => "界".repeat(n)'), args: [50] },
          { outputBytes: 100 },
          'sandbox/output',
          32,
        ],
        [
          'output that is too deep',
          { source: body('n => { let a = 0; while (n--) a = [a]; return a }'), args: [6] },
          { depth: 5 },
          'sandbox/output',
          5,
        ],
      ])('refuses %s', async (_what, call, limits, code, allowed) => {
        expect(await codeOf({ ...call, limits })).toBe(code)
        expect(await codeOf({ ...call, args: [allowed], limits })).toHaveProperty('value')
      })

      test.each([
        ['arguments that are too large', { source: body('() => 1'), args: ['x'.repeat(200)] }, { inputBytes: 100 }],
        ['arguments that are too deep', { source: body('() => 1'), args: [[[[[1]]]]] }, { depth: 3 }],
        [
          'a source that is too large',
          { source: `${body('() => 1')}//${'x'.repeat(200)}`, args: [] },
          { inputBytes: 100 },
        ],
        ['arguments that are no JSON', { source: body('() => 1'), args: [1n] }, {}],
      ])('refuses %s', async (_what, call, limits) => {
        expect(await codeOf({ ...call, limits })).toBe('sandbox/input')
      })

      test.each([
        { steps: 0 },
        { steps: Number.NaN },
        { timeMs: 0 },
        { memoryBytes: 10 },
        { stackBytes: 2 ** 30 },
        { depth: 100_000 },
        { outputBytes: 0.5 },
      ])('refuses limits like %o', async limits => {
        expect(await codeOf({ ...runs('() => 1'), limits })).toBe('configuration/invalid')
      })
    })

    describe('5: works on', () => {
      test('after dispose(), which may be called twice', async () => {
        sandbox.dispose()
        sandbox.dispose()
        expect(await sandbox.run(runs('() => 1'))).toBe(1)
      })

      test('for calls made at once, each with its own answer', async () => {
        const calls = Array.from({ length: 20 }, (_, index) =>
          index % 5 === 0
            ? codeOf({ ...runs('() => { for (;;) {} }'), limits: { steps: 1_000_000 } })
            : codeOf(runs('n => n', index)),
        )
        expect(await Promise.all(calls)).toEqual(
          Array.from({ length: 20 }, (_, index) => (index % 5 === 0 ? 'sandbox/time' : { value: index })),
        )
      })
    })

    describe('6: an abort', () => {
      test('rejects with its reason, before the code starts', async () => {
        const reason = new DOMException('enough', 'AbortError')
        expect(await codeOf({ ...runs('() => 1'), signal: AbortSignal.abort(reason) })).toBe(reason)
      })
    })
  })
}
