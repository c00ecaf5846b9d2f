import { describe, expect, test } from 'vitest'
import type { Sandbox } from '../../src/ports/sandbox.ts'
import { body, endless, tight } from '../contracts/sandbox-contract.ts'
import { escapes, worldOfTheGuest } from './escape-corpus.ts'

/** Tests 28 to 31 of the security list, on a sandbox in its real runtime. */
export const describeSandboxSecurity = (name: string, make: () => Sandbox): void => {
  const sandbox = make()
  const outcomeOf = async (source: string, ...args: unknown[]): Promise<unknown> => {
    try {
      return await sandbox.run({ source, args, limits: tight })
    } catch (error) {
      return error
    }
  }

  describe(`security 28, in ${name}: no way out`, () => {
    test.each(escapes)('is found through %s', async (_what, source) => {
      expect(await outcomeOf(source, { label: 'a', list: [1, { deep: true }] }, { label: 'b' })).toEqual([])
    })

    test('the world inside is this', async () => {
      const names = body('() => Reflect.ownKeys(globalThis).map(String).sort().join(" ")')
      expect(await outcomeOf(names)).toBe(worldOfTheGuest)
    })

    test('what one call does to its world is gone for the next', async () => {
      await outcomeOf(`Object.prototype.polluted = globalThis.left = 1; Math.random = () => 7\n${body('() => 1')}`)
      expect(await outcomeOf(body('() => [typeof {}.polluted, typeof left, Math.random() < 1]'))).toEqual([
        'undefined',
        'undefined',
        true,
      ])
      expect({}).not.toHaveProperty('polluted')
      expect(globalThis).not.toHaveProperty('left')
    })
  })

  describe(`security 29, in ${name}: what never ends`, () => {
    test.each(endless)('%s ends with a typed error, and the host goes on', async (_what, source) => {
      const outcome = await outcomeOf(source)
      expect(outcome).toHaveProperty(
        'code',
        expect.stringMatching(/^sandbox\/(time|memory|stack|output|unsettled|thrown)$/),
      )
      expect(await outcomeOf(body('() => "goes on"'))).toBe('goes on')
    })

    test('there are no timers to set a million of', async () => {
      expect(await outcomeOf(body('() => { for (let i = 0; i < 1e6; i++) setTimeout(() => {}, 0) }'))).toMatchObject({
        code: 'sandbox/thrown',
        thrown: { name: 'ReferenceError' },
      })
    })
  })

  describe(`security 30, in ${name}: only JSON, and a clock that stands`, () => {
    test('no clock tells how long something takes', async () => {
      const source = body(
        '() => { const seen = new Set(); for (let i = 0; i < 1e5; i++) seen.add(Date.now() + new Date().getTime()); return [seen.size, typeof performance, typeof Atomics] }',
      )
      expect(await outcomeOf(source)).toEqual([1, 'undefined', 'undefined'])
    })

    test('neither zone nor language of the host is told', async () => {
      const source = body(
        '() => [new Date(0).getTimezoneOffset(), String(new Date(1e12)), new Date(2020, 6, 1).toISOString(), (1234.5).toLocaleString(), new Date(0).toLocaleString(), typeof Intl]',
      )
      expect(await outcomeOf(source)).toEqual([
        0,
        'Sun Sep 09 2001 01:46:40 GMT+0000',
        '2020-07-01T00:00:00.000Z',
        '1234.5',
        '01/01/1970, 12:00:00 AM',
        'undefined',
      ])
    })

    test('a stack names no file of the host', async () => {
      const stack = await outcomeOf(body('() => { try { null.x } catch (error) { return error.stack } }'))
      expect(stack).toMatch(/source:1/)
      expect(stack).not.toMatch(/[/\\]|node|wasm|http/)
    })

    test('a key of the host is not among what can be read', async () => {
      const secret = `sk-${'secret'.repeat(3)}`
      const holder = { toJSON: () => ({ label: 'x' }), key: secret, [Symbol('key')]: secret }
      const everything = body(
        '(...rows) => JSON.stringify([rows, Reflect.ownKeys(globalThis).map(name => { try { return String(globalThis[name]) } catch { return "" } })])',
      )
      expect(await outcomeOf(everything, holder)).not.toContain('secret')
    })

    test('values that are no JSON do not cross', async () => {
      for (const value of ['() => {}', 'Symbol("x")', 'undefined']) {
        expect(await outcomeOf(body(`() => (${value})`))).toHaveProperty('code', 'sandbox/output')
      }
      expect(await outcomeOf(body('() => 1n'))).toHaveProperty('code', 'sandbox/thrown')
      expect(await outcomeOf(body('() => [new Map([[1, 2]]), new Date(0), /x/, NaN, new Uint8Array(2)]'))).toEqual([
        {},
        '1970-01-01T00:00:00.000Z',
        {},
        null,
        { '0': 0, '1': 0 },
      ])
    })
  })

  describe(`security 31, in ${name}: nothing of a result runs in the host`, () => {
    const results = [
      ['a getter', body('() => ({ get score() { globalThis.ran = true; return 1 } })'), { score: 1 }],
      ['a proxy', body('() => new Proxy({ score: 1 }, { get: (t, k) => t[k] })'), { score: 1 }],
      ['a thenable', body('() => ({ then(resolve) { resolve({ then: 1 }) } })'), JSON.parse('{"then":1}')],
      ['a then that is data', body('() => ({ value: { then: "x" } })'), JSON.parse('{"value":{"then":"x"}}')],
      ['a toJSON', body('() => ({ toJSON: () => ({ toJSON: "y" }) })'), { toJSON: 'y' }],
    ] as const

    test.each(results)('%s arrives as plain data', async (_what, source, expected) => {
      const value = await outcomeOf(source)
      expect(value).toEqual(expected)
      expect(Object.getPrototypeOf(value)).toBe(Object.prototype)
      for (const property of Object.values(Object.getOwnPropertyDescriptors(value as object))) {
        expect(property).toMatchObject({ writable: true, enumerable: true, configurable: true })
      }
      expect(globalThis).not.toHaveProperty('ran')
    })

    const thrown = [
      [
        'a proxy',
        'new Proxy({}, { get: () => { throw 1 }, getPrototypeOf: () => { throw 2 }, ownKeys: () => { throw 3 } })',
      ],
      ['a revoked proxy', '(() => { const { proxy, revoke } = Proxy.revocable({}, {}); revoke(); return proxy })()'],
      ['getters that throw', '{ get name() { throw 1 }, get message() { throw 2 }, get stack() { throw 3 } }'],
      ['getters that never end', '{ get name() { for (;;) {} } }'],
      ['a text that never ends', '{ name: { toString() { for (;;) {} } } }'],
      ['a text without an end in sight', '{ name: "x".repeat(1e6), message: "y".repeat(1e6), stack: "z".repeat(1e6) }'],
      ['a thenable', '{ then(resolve) { resolve(1) } }'],
      ['a symbol', 'Symbol("x")'],
      ['null', 'null'],
      ['a function', '() => {}'],
      ['an error of a class of its own', 'new (class Own extends Error { get name() { return "__proto__" } })("x")'],
      ['an error caused by itself', '(() => { const error = new Error("x"); error.cause = error; return error })()'],
    ] as const

    test.each(thrown)('%s that is thrown ends in a typed error', async (_what, expression) => {
      for (const source of [
        body(`() => { throw ${expression} }`),
        body(`async () => { await null; throw ${expression} }`),
      ]) {
        const error = await outcomeOf(source)
        expect(error).toMatchObject({
          name: 'SandboxError',
          code: expect.stringMatching(/^sandbox\/(thrown|time|memory)$/),
        })
        expect(`${error}`.length).toBeLessThan(400)
      }
    })

    test('a name that is thrown does not get into the message unless it looks like one', async () => {
      const error = await outcomeOf(
        body('() => { const error = new Error("x"); error.name = "<img src=x>\\nfake line"; throw error }'),
      )
      expect(`${error}`).toContain('The code threw an error')
      expect(`${error}`).not.toMatch(/img|fake/)
    })
  })
}
