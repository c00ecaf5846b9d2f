import { afterEach, describe, expect, test } from 'vitest'
import { BudgetError } from '../../src/errors/budget-error.ts'
import { KkachiError } from '../../src/errors/kkachi-error.ts'
import type { CodeInterpreter, InterpreterSession, SessionOptions } from '../../src/ports/code-interpreter.ts'
import { deferred } from './deferred.ts'
import { endless, tight } from './sandbox-contract.ts'

/** A source of the sandbox's tests, which exports a function, as a piece that calls it. */
export const pieceOf = (source: string, args = ''): string =>
  source.includes('export default ')
    ? `${source.replace('export default ', 'globalThis.main = ')}\nawait main(${args})`
    : source

/** What a run came to: its outcome, the code of its error, or the error where it has none. */
export const outcomeOf = async (session: InterpreterSession, code: string): Promise<unknown> => {
  try {
    return await session.run(code)
  } catch (error) {
    return KkachiError.is(error) ? error.code : error
  }
}

/** What a hostile function of a model's code may do to the functions of the host. */
export const floods: readonly (readonly [what: string, code: string, outcome: RegExp])[] = [
  ['calls without end', 'for (;;) echo(1)', /time|memory/],
  ['more calls than there may be', 'await Promise.all(Array.from({ length: 2000 }, () => echo(1)))', /thrown/],
  ['calls that call again', 'const again = n => echo(n).then(again); await again(0)', /thrown/],
  ['arguments too large', 'await echo("x".repeat(1e5))', /thrown/],
  ['arguments too deep', 'let deep = 1; for (let i = 0; i < 99; i++) deep = [deep]; await echo(deep)', /thrown/],
  ['arguments without end', 'const o = {}; o.o = o; await echo(o)', /thrown/],
  ['a getter that never ends', 'await echo({ get a() { for (;;); } })', /time/],
  ['a toJSON that never ends', 'await echo({ toJSON() { for (;;); } })', /time/],
  ['a key that is refused', `await echo(JSON.parse('{"__proto__": { "polluted": 1 }}'))`, /thrown/],
  ['a constructor with a prototype', 'await echo({ constructor: { prototype: { polluted: 1 } } })', /thrown/],
  ['an answer too large', 'await large()', /thrown/],
]

/** The contract of `CodeInterpreter`, by its numbers, on an interpreter in its real runtime. */
export const describeCodeInterpreter = (name: string, make: () => CodeInterpreter): void => {
  const interpreter = make()
  const sessions: InterpreterSession[] = []
  const opened = async (options: SessionOptions = {}) => {
    const session = await interpreter.open({ ...options, limits: { ...tight, ...options.limits } })
    sessions.push(session)
    return session
  }
  const ranIn = async (options: SessionOptions, ...pieces: readonly string[]): Promise<unknown> => {
    const session = await opened(options)
    let outcome: unknown
    for (const piece of pieces) outcome = await outcomeOf(session, piece)
    session.close()
    return outcome
  }
  const later = <Value>(value: Value): Promise<Value> => new Promise(resolve => setTimeout(() => resolve(value), 1))

  describe(`${name} keeps the contract of a code interpreter`, () => {
    afterEach(() => {
      for (const session of sessions.splice(0)) session.close()
    })

    describe('1: sessions', () => {
      test('share nothing', async () => {
        const [one, two] = [await opened(), await opened()]
        await one.run('globalThis.a = 1; Object.prototype.polluted = 1; Array.prototype.map = () => "mine"')
        expect(await two.run('[typeof a, typeof ({}).polluted, [1].map(x => x + 1)]')).toEqual({
          output: '',
          value: ['undefined', 'undefined', [2]],
        })
        expect({}).not.toHaveProperty('polluted')
      })

      test.each([
        ['a variable that no code could name', { variables: { 'a b': 1 } }, 'configuration/invalid'],
        ['a variable in the place of SUBMIT', { variables: { SUBMIT: 1 } }, 'configuration/invalid'],
        [
          'a function called __proto__',
          { functions: Object.fromEntries([['__proto__', later]]) },
          'configuration/invalid',
        ],
        ['variables that are no JSON', { variables: { a: 1n } }, 'sandbox/input'],
        [
          'variables that are too large',
          { variables: { a: 'x'.repeat(200) }, limits: { inputBytes: 100 } },
          'sandbox/input',
        ],
        ['variables that are too deep', { variables: { a: [[[[[1]]]]] }, limits: { depth: 3 } }, 'sandbox/input'],
        ['limits that are none', { limits: { steps: -1 } }, 'configuration/invalid'],
        ['a seed that is no number', { seed: Number.NaN }, 'configuration/invalid'],
      ])('are refused for %s', async (_what, options, code) => {
        await expect(interpreter.open(options)).rejects.toHaveProperty('code', code)
      })
    })

    describe('2: what the code reaches', () => {
      test('variables, as JSON, which are its own', async () => {
        const rows = [{ a: 'ü\u0000 "quoted"', b: [null, 1.5, true] }]
        const session = await opened({ variables: { rows, text: 'x'.repeat(5000), none: undefined } })
        expect(await session.run('rows')).toEqual({ output: '', value: rows })
        expect(await session.run('rows.push(1); text.length + rows.length')).toEqual({ output: '', value: 5002 })
        expect(rows).toHaveLength(1)
      })

      test('a clock and dice that follow the session', async () => {
        const tell = '[Date.now(), new Date(2020, 5, 1).getTime(), Math.random()]'
        const first = await ranIn({ now: 5, seed: 1 }, tell)
        expect(await ranIn({ now: 5, seed: 1 }, tell)).toEqual(first)
        expect(await ranIn({ now: 5, seed: 2 }, tell)).not.toEqual(first)
        expect(first).toMatchObject({ value: [5, 1590969600000, expect.any(Number)] })
      })

      test.each(['fetch', 'process', 'require', 'setTimeout', 'WebAssembly', 'performance', 'crypto', 'Atomics'])(
        'no %s',
        async name => {
          expect(await ranIn({}, `typeof ${name} + typeof globalThis.${name}`)).toEqual({
            output: '',
            value: 'undefinedundefined',
          })
        },
      )
    })

    describe('3: pieces', () => {
      test.each<[string, string[], unknown]>([
        ['const', ['const a = 1', 'a'], 1],
        ['let', ['let a = 1', 'a += 1', 'a'], 2],
        ['var', ['var a = 1', 'a'], 1],
        ['a name without declaration', ['a = 1', 'a'], 1],
        ['a function', ['function f() { return 1 }', 'f()'], 1],
        ['a class', ['class A { one() { return 1 } }', 'new A().one()'], 1],
        ['parts of an object', ['const { a, b: [c] } = { a: 1, b: [2] }', '[a, c]'], [1, 2]],
        ['what was awaited', ['const a = await Promise.resolve(1)', 'a'], 1],
        ['a constant again', ['const a = 1', 'const a = 2', 'a'], 2],
        ['a let again, empty', ['let a = 1', 'let a', 'typeof a'], 'undefined'],
        ['a class again', ['class A {}', 'class A { static x = 1 }', 'A.x'], 1],
        ['a function as a constant', ['function f() {}', 'const f = () => 1', 'f()'], 1],
        ['a variable of the session', ['const given = [given]', 'given'], ['given']],
        ['what stands before an error', ['const a = 1; throw 1', 'a'], 1],
      ])('keep %s', async (_what, pieces, value) => {
        expect(await ranIn({ variables: { given: 'given' } }, ...pieces)).toEqual({ output: '', value })
      })

      test('keep blocks to themselves', async () => {
        const code =
          'const fs = []; for (let i = 0; i < 3; i++) { const j = i; fs.push(() => i + j) }; fs.map(f => f())'
        expect(await ranIn({}, code)).toEqual({ output: '', value: [0, 2, 4] })
        expect(await ranIn({}, code, 'typeof i + typeof j')).toEqual({ output: '', value: 'undefinedundefined' })
      })

      test('await at their top, and loop over what is awaited', async () => {
        const code = 'let sum = 0\nfor await (const n of [Promise.resolve(1), 2]) sum += n\nsum'
        expect(await ranIn({}, code)).toEqual({ output: '', value: 3 })
      })

      test('are read as they are where they hold texts of code', async () => {
        const code =
          'const a = "const b = 1"; const c = `let ${"${"} class ${a}`; const d = /[/"]let/.source; [a, c, d]'
        expect(await ranIn({}, code)).toEqual({
          output: '',
          value: ['const b = 1', 'let ${ class const b = 1', '[/"]let'],
        })
      })
    })

    describe('4: outcomes', () => {
      test.each<[string, string, object]>([
        ['the value of the last expression', '1; 2 + 3', { output: '', value: 5 }],
        ['a promise, awaited', '(async () => 7)()', { output: '', value: 7 }],
        ['something with a then, as data', '({ then: 1 })', { output: '', value: JSON.parse('{"then":1}') }],
        ['a great number, as text', '2n ** 70n', { output: '', value: '1180591620717411303424' }],
        ['sets and maps, as lists', '[new Set([1]), new Map([[1, 2]])]', { output: '', value: [[1], [[1, 2]]] }],
        ['nothing', 'let a = 1', { output: '' }],
        ['nothing of a function', '() => 1', { output: '' }],
        [
          'what is printed',
          'print("a", { b: [1] }); console.log(null, undefined, 2n)',
          { output: 'a {"b":[1]}\nnull undefined 2n' },
        ],
        ['a hint where a promise is printed', 'print(Promise.resolve())', { output: '[a promise: await it]' }],
        ['an error that is printed', 'console.error(new TypeError("no"))', { output: 'TypeError: no' }],
        ['what is submitted', 'print(1); SUBMIT({ a: [1] }); print(2)', { output: '1', submitted: { a: [1] } }],
        ['what is submitted later', 'await null; SUBMIT({ a: 1 })', { output: '', submitted: { a: 1 } }],
        ['what is submitted, though caught', 'try { SUBMIT(1) } catch {} 5', { output: '', submitted: 1 }],
        ['the first that is submitted', 'try { SUBMIT(1) } catch {} SUBMIT(2)', { output: '', submitted: 1 }],
        ['several that are submitted', 'SUBMIT(1, "b")', { output: '', submitted: [1, 'b'] }],
      ])('give %s', async (_what, code, outcome) => {
        expect(await ranIn({}, code)).toEqual(outcome)
      })

      test.each([
        ['text that is no code', 'const a = (', 'sandbox/source'],
        ['an import', 'import a from "a"', 'sandbox/source'],
        ['an import while it runs', 'await import("node:fs")', 'sandbox/thrown'],
        ['an error thrown', 'throw new Error("no")', 'sandbox/thrown'],
        ['a promise that fails', 'await Promise.reject(1)', 'sandbox/thrown'],
        ['a promise that nothing settles', 'await new Promise(() => {})', 'sandbox/unsettled'],
        ['nothing submitted', 'SUBMIT()', 'sandbox/thrown'],
        ['a value that is too large', '"x".repeat(1e5)', 'sandbox/output'],
        ['a key that is refused', `JSON.parse('{"__proto__": 1}')`, 'sandbox/output'],
        ['something submitted with a refused key', `SUBMIT(JSON.parse('{"__proto__": 1}'))`, 'sandbox/output'],
      ])('reject for %s, and the session goes on', async (_what, code, expected) => {
        const session = await opened()
        await session.run('const kept = 1')
        expect(await outcomeOf(session, code)).toBe(expected)
        expect(session.over).toBe(false)
        expect(await session.run('kept')).toEqual({ output: '', value: 1 })
      })

      test.each([
        ['calls itself too deeply', 'const f = () => f() + 1; f()', 'sandbox/stack'],
        ['takes too much memory', 'const a = []; for (;;) a.push(new Uint8Array(1 << 20))', 'sandbox/memory'],
        ['never ends', 'for (;;);', 'sandbox/time'],
      ])('reject for code that %s, and the session is over', async (_what, code, expected) => {
        const session = await opened()
        expect(await outcomeOf(session, code)).toBe(expected)
        expect(session.over).toBe(true)
        expect(await outcomeOf(session, '1')).toBe('sandbox/engine')
      })

      test('tell what was thrown, on which line, and what had been printed, beside the message', async () => {
        const session = await opened()
        const error = await session.run('print("before")\nthrow new TypeError("the row says 7")').catch(error => error)
        expect(error).toMatchObject({
          output: 'before',
          thrown: { name: 'TypeError', message: 'the row says 7', line: 2 },
        })
        expect(`${error}${JSON.stringify(error)}`).not.toMatch(/row says|before/)
      })

      test('come in the order of their runs', async () => {
        const session = await opened({ functions: { later } })
        const runs = ['globalThis.a = await later(1)', 'a += 1', 'a'].map(code => session.run(code))
        expect((await Promise.all(runs)).map(({ value }) => value)).toEqual([1, 2, 2])
      })

      test('that are printed are cut where they are too much, and say so', async () => {
        const session = await opened({ limits: { outputBytes: 100 } })
        const { output } = await session.run(
          'for (;;) { print("界".repeat(1e6)); break }; for (let i = 0; i < 1e4; i++) print(i)',
        )
        expect(output).toBe(`${'界'.repeat(33)}\n[cut at 100 bytes]`)
        expect((await session.run('print("again")')).output).toBe('again')
      })
    })

    describe('5: functions of the host', () => {
      const functions = {
        echo: async (...given: readonly unknown[]) => later(given),
        nothing: async () => later(undefined),
        broken: async () => {
          throw new TypeError('the service is down')
        },
        at: async () => {
          throw 'a text'
        },
        noJson: async () => 1n,
        large: async () => 'x'.repeat(9e6),
      }

      test('get JSON and give JSON, later', async () => {
        expect(await ranIn({ functions }, 'await echo(1, { a: undefined, b: [new Date(0)] }, 2n)')).toEqual({
          output: '',
          value: [1, { b: ['1970-01-01T00:00:00.000Z'] }, '2'],
        })
        expect(await ranIn({ functions }, 'typeof await nothing()')).toEqual({ output: '', value: 'undefined' })
      })

      test('several at once, where the code asks for several', async () => {
        let [now, most] = [0, 0]
        const slow = async (n: unknown) => {
          now += 1
          most = Math.max(most, now)
          await later(0)
          now -= 1
          return n
        }
        const code = 'const list = await Promise.all([1, 2, 3].map(n => slow(n))); [...list, await slow(4)]'
        expect(await ranIn({ functions: { slow } }, code)).toEqual({ output: '', value: [1, 2, 3, 4] })
        expect(most).toBe(3)
      })

      test('answer in the order they end', async () => {
        const ended = deferred()
        const first = async () => later('first').finally(ended.resolve)
        const last = async () => ended.promise.then(() => later('last'))
        const code = 'await Promise.all([last, first].map(async answer => print(await answer())))'
        expect(await ranIn({ functions: { first, last } }, code)).toMatchObject({ output: 'first\nlast' })
      })

      test.each([
        ['broken', 'the service is down'],
        ['at', 'a text'],
        ['noJson', 'The answer cannot be written as JSON.'],
        ['large', 'The answer is larger than'],
      ])('throw in the code what %s throws', async (name, message) => {
        const code = `try { await ${name}() } catch (error) { print(error instanceof Error, error.message) }`
        expect(await ranIn({ functions }, code)).toMatchObject({ output: expect.stringContaining(`true ${message}`) })
      })

      test('are waited for, also where the code does not wait', async () => {
        let done = 0
        const work = async () => {
          await later(0)
          done += 1
        }
        await ranIn({ functions: { work } }, 'work(); work(); 1')
        expect(done).toBe(2)
      })

      test('end the run with the very error that no other input would mend', async () => {
        const spent = new BudgetError('budget/calls', 'Spent.', { spent: 1, limit: 1 })
        const session = await opened({
          functions: {
            ...functions,
            spend: async () => {
              throw spent
            },
          },
        })
        await expect(session.run('await Promise.allSettled([echo(1), spend()])')).rejects.toBe(spent)
        expect(session.over).toBe(true)
        await expect(session.run('1')).rejects.toHaveProperty('code', 'sandbox/engine')
      })

      test.each(floods)('bear %s', async (_what, code, expected) => {
        let calls = 0
        const echo = async (given: unknown) => {
          calls += 1
          return given
        }
        expect(await ranIn({ functions: { ...functions, echo } }, code)).toMatch(expected)
        expect(calls).toBeLessThanOrEqual(1000)
        expect({}).not.toHaveProperty('polluted')
      })

      test('are called no more often than the session may', async () => {
        const code = 'let n = 0; try { for (;;) n = await echo(n + 1).then(([m]) => m) } catch {} n'
        expect(await ranIn({ functions, maxCalls: 7 }, code)).toEqual({ output: '', value: 7 })
      })
    })

    describe('6: every limit holds', () => {
      test.each(endless)('ends %s', async (_what, source, code) => {
        expect(await ranIn({}, pieceOf(source))).toMatch(code)
        expect(await ranIn({}, '1'), 'another session').toEqual({ output: '', value: 1 })
      })

      test('over all pieces of a session', async () => {
        const session = await opened({ limits: { steps: 3_000_000 } })
        const outcomes = []
        for (let n = 0; n < 20 && !session.over; n += 1)
          outcomes.push(await outcomeOf(session, 'for (let i = 0; i < 2e4; i++);'))
        expect(outcomes.at(-1)).toBe('sandbox/time')
        expect(outcomes.length).toBeGreaterThan(2)
        expect(session.over).toBe(true)
      })

      test('while the code waits for the host, too', async () => {
        expect(await ranIn({ functions: { later } }, 'later(1); for (;;);')).toBe('sandbox/time')
        expect(await ranIn({ functions: { later } }, 'await later(1); for (;;);')).toBe('sandbox/time')
      })

      test('and what crosses back and forth leaves nothing behind', async () => {
        const session = await opened({ functions: { later }, limits: { steps: 200_000_000 } })
        for (let piece = 0; piece < 20; piece += 1) {
          await session.run(
            'for (let i = 0; i < 10; i++) await later("x".repeat(5e4)); print("y".repeat(5e4)); "z".repeat(5e4)',
          )
        }
        expect(session.over).toBe(false)
      })

      test('of the code itself', async () => {
        expect(await ranIn({ limits: { inputBytes: 100 } }, `1;${' '.repeat(200)}`)).toBe('sandbox/input')
      })
    })

    describe('7: an abort', () => {
      test('rejects with its reason, before the code starts and while it waits', async () => {
        const reason = new DOMException('enough', 'AbortError')
        const session = await opened({ functions: { never: () => new Promise(() => {}) } })
        await expect(session.run('1', { signal: AbortSignal.abort(reason) })).rejects.toBe(reason)
        const leaving = new AbortController()
        const running = session.run('await never()', { signal: leaving.signal })
        setTimeout(() => leaving.abort(reason), 5)
        await expect(running).rejects.toBe(reason)
        expect(session.over).toBe(true)
      })

      test('after close(), which may be called twice, nothing runs', async () => {
        const session = await opened()
        session.close()
        session.close()
        expect(session.over).toBe(true)
        expect(await outcomeOf(session, '1')).toBe('sandbox/engine')
      })
    })
  })
}
