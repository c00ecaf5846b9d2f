import { describe, expect, test } from 'vitest'
import type { CodeInterpreter } from '../../src/ports/code-interpreter.ts'
import { floods, outcomeOf, pieceOf } from '../contracts/code-interpreter-contract.ts'
import { endless, tight } from '../contracts/sandbox-contract.ts'
import { escapes, worldOfTheGuest } from './escape-corpus.ts'

/** Tests 28 to 31 of the security list, and 35 for code in place of a loop, on an interpreter in its real runtime. */
export const describeInterpreterSecurity = (name: string, make: () => CodeInterpreter): void => {
  const interpreter = make()
  const rows = [{ label: 'a', list: [1, { deep: true }] }, { label: 'b' }]
  const functions = { echo: async (...given: readonly unknown[]) => given, large: async () => 'x'.repeat(9e6) }
  const opened = () => interpreter.open({ variables: { rows }, functions, limits: tight })
  const valueIn = async (code: string): Promise<unknown> => (await (await opened()).run(code)).value

  describe(`security 28, in a session in ${name}: no way out`, () => {
    // A script has no import.meta: code that names it is not read.
    test.each(escapes.filter(([, source]) => !source.includes('import.meta')))(
      'is found through %s',
      async (_what, source) => {
        const found = await valueIn(pieceOf(source, '...rows'))
        expect((found as string[]).filter(name => name !== 'print' && name !== 'console')).toEqual([])
      },
    )

    test.each([
      ['a function of the host', 'echo'],
      ['its answer', 'await echo(rows)'],
      ['its promise', 'echo(1)'],
      ['print', 'print'],
      ['console', 'console'],
      ['SUBMIT', 'SUBMIT'],
      ['what SUBMIT throws', '(() => { try { SUBMIT(1) } catch (error) { return error } })()'],
      ['what a function of the host throws', 'await large().catch(error => error)'],
      ['the error of too many letters', 'await echo("x".repeat(1e6)).catch(error => error)'],
    ])('nor through %s', async (_what, expression) => {
      const [[, first] = []] = escapes
      const search = String(first).split('export default')[0] ?? ''
      const session = await opened()
      const { submitted, value } = await session.run(`${search}\nglobalThis.found = search(${expression}, 4)`)
      const names = submitted === undefined ? value : (await session.run('found')).value
      expect((names as string[]).filter(name => name !== 'print' && name !== 'console')).toEqual([])
    })

    test('the world inside is this', async () => {
      const world = [...worldOfTheGuest.split(' '), 'SUBMIT', 'console', 'echo', 'large', 'print', 'rows']
      expect(await valueIn('Reflect.ownKeys(globalThis).map(String).sort().join(" ")')).toBe(world.sort().join(' '))
    })
  })

  describe(`security 29, in a session in ${name}: what never ends`, () => {
    test.each([
      ...endless.map(([what, source]) => [what, pieceOf(source)] as const),
      ...floods.map(([what, code]) => [what, code] as const),
    ])('%s ends with a typed error, and the host goes on', async (_what, code) => {
      expect(await outcomeOf(await opened(), code)).toMatch(
        /^sandbox\/(time|memory|stack|output|unsettled|thrown|source)$/,
      )
      expect(await valueIn('"goes on"')).toBe('goes on')
    })

    test.each([
      ['ten megabytes printed', 'print("x".repeat(1e7))'],
      ['ten megabytes line by line', 'for (let i = 0; i < 1e5; i++) print("x".repeat(100))'],
    ])('%s are cut', async (_what, code) => {
      const session = await interpreter.open({ limits: { ...tight, memoryBytes: 64 * 2 ** 20, steps: 200_000_000 } })
      const { output } = await session.run(code)
      expect(output.length).toBeLessThan(66_000)
      expect(output).toMatch(/\n\[cut at 65536 bytes\]$/)
    })
  })

  describe(`security 30, in a session in ${name}: only JSON, and a clock that stands`, () => {
    test('no clock tells how long a function of the host takes', async () => {
      const slow = async () => new Promise(resolve => setTimeout(resolve, 20))
      const session = await interpreter.open({ functions: { slow } })
      expect(await session.run('const a = Date.now(); await slow(); Date.now() - a')).toMatchObject({ value: 0 })
    })

    test('the host sees plain values only, whatever it is called with', async () => {
      const seen: unknown[] = []
      const keep = async (...given: readonly unknown[]) => {
        seen.push(...given)
      }
      const session = await interpreter.open({ functions: { keep } })
      await session.run(
        `await keep({ get a() { return 1 } }, new Proxy({ b: 1 }, {}), { then(r) { r(1) } }, [() => 1], Symbol.iterator, class {}, new Error('x'))`,
      )
      expect(seen).toEqual([{ a: 1 }, { b: 1 }, {}, [null], null, null, {}])
      for (const value of seen.slice(0, 3)) expect(Object.getPrototypeOf(value)).toBe(Object.prototype)
    })

    test('the host runs nothing of what is promised to it', async () => {
      const outcome = await (await opened()).run('Promise.prototype.then = () => { throw 1 }; ({ then: 1, a: 2 })')
      expect(outcome.value).toEqual(JSON.parse('{"then":1,"a":2}'))
    })
  })

  describe(`security 31, in a session in ${name}: nothing of an outcome runs in the host`, () => {
    test.each([
      ['a getter', '({ get a() { globalThis.ran = true; return 1 } })', { a: 1 }],
      ['a proxy', 'new Proxy({ a: 1 }, { get: (t, k) => t[k] })', { a: 1 }],
      ['a toJSON', '({ toJSON: () => ({ toJSON: "y" }) })', { toJSON: 'y' }],
    ])('%s arrives as plain data, as value and submitted', async (_what, code, expected) => {
      expect(await valueIn(code)).toEqual(expected)
      expect((await (await opened()).run(`SUBMIT(${code})`)).submitted).toEqual(expected)
      expect(globalThis).not.toHaveProperty('ran')
    })

    test.each([
      ['a proxy', 'new Proxy({}, { get: () => { throw 1 } })'],
      ['getters that throw', '({ get name() { throw 1 }, get message() { throw 2 }, get stack() { throw 3 } })'],
      ['getters that never end', '({ get name() { for (;;) {} } })'],
      ['a text without an end in sight', '({ name: "x".repeat(1e6), message: "y".repeat(1e6) })'],
      ['a thenable', '({ then(resolve) { resolve(1) } })'],
      ['null', 'null'],
      ['a symbol', 'Symbol("x")'],
    ])('%s that is thrown ends in a typed error', async (_what, expression) => {
      expect(await outcomeOf(await opened(), `throw ${expression}`)).toMatch(/^sandbox\/(thrown|time|memory)$/)
      expect(await outcomeOf(await opened(), `await null; throw ${expression}`)).toMatch(
        /^sandbox\/(thrown|time|memory)$/,
      )
    })
  })
}
