import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { codeUnitOrder } from '../../worker/storage/code-unit-order.ts'
import { kvName, nameKey, namePrefix } from '../../worker/storage/kv-name.ts'

/** Keys of few characters from all the places where the two orders differ. */
const key = fc
  .array(fc.constantFrom('.', '\0', 'a', 'b', 'ä', '名', '\ud7ff', '\ue000', '\uffff', '𐀀', '👩', '\u{10ffff}'), {
    minLength: 1,
    maxLength: 5,
  })
  .map(characters => characters.join(''))

const byBytes = (left: string, right: string): number => Buffer.compare(Buffer.from(left), Buffer.from(right))

describe('names in KV', () => {
  test('are never the two that KV refuses, and lead back to their keys', () => {
    fc.assert(
      fc.property(key, key, (one, other) => {
        expect(['.', '..', '']).not.toContain(kvName(one))
        expect(nameKey(kvName(one))).toBe(one)
        if (one !== other) expect(kvName(one)).not.toBe(kvName(other))
      }),
    )
  })

  test('begin as the prefix of their keys does', () => {
    fc.assert(
      fc.property(key, fc.nat(), (one, at) => {
        const prefix = one.slice(0, at % (one.length + 1))
        expect(kvName(one).startsWith(namePrefix(prefix))).toBe(true)
        expect(namePrefix(prefix)).toBe(Buffer.from(namePrefix(prefix)).toString())
      }),
    )
  })
})

describe('codeUnitOrder', () => {
  test('puts what comes in the order of bytes in that of code units', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(key, { maxLength: 60 }), async keys => {
        const arriving = keys.map(kvName).sort(byBytes).map(nameKey)
        const told: string[] = []
        const source = (async function* () {
          yield* arriving
        })()
        for await (const one of codeUnitOrder(source)) told.push(one)
        expect(told).toEqual([...keys].sort())
      }),
      { numRuns: 500 },
    )
  })

  test('holds nothing back where the two agree', async () => {
    let given = 0
    const source = (async function* () {
      for (const one of ['a', 'ä', 'ö', '名']) {
        given += 1
        yield one
      }
    })()
    const keys = codeUnitOrder(source)
    for (const place of [1, 2, 3, 4]) {
      await keys.next()
      expect(given).toBe(place)
    }
  })
})
