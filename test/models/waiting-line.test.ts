import fc from 'fast-check'
import { expect, test } from 'vitest'
import { waitingLine } from '../../src/models/waiting-line.ts'

/** A door for `places` at once, and the order in which callers came through. */
const door = (places: number) => {
  const line = waitingLine()
  const entered: string[] = []
  let inside = 0
  return {
    line,
    entered,
    leave: () => {
      inside -= 1
      line.advance()
    },
    come: (name: string, turn: Parameters<typeof line.join>[1] = {}) =>
      line.join(() => {
        if (inside >= places) return undefined
        inside += 1
        entered.push(name)
        return { name }
      }, turn),
  }
}

test('who comes to an open door enters at once', async () => {
  const { come, entered } = door(1)
  const first = come('a')
  expect(entered).toEqual(['a'])
  expect(await first).toEqual({ name: 'a' })
})

test('lower priorities go first, equals in the order of arrival', () => {
  const { come, entered, leave } = door(1)
  const turns = { a: 0, b: 1, c: 0, d: -1, e: 1 }
  for (const [name, priority] of Object.entries(turns)) come(name, { priority })
  for (let left = 4; left > 0; left -= 1) leave()
  expect(entered).toEqual(['a', 'd', 'c', 'b', 'e'])
})

test('who aborts is gone at once, and those behind move up', async () => {
  const line = waitingLine()
  const controller = new AbortController()
  const blocked = line.join(() => undefined, { signal: controller.signal })
  const behind = line.join(() => ({}))
  expect(line.length).toBe(2)
  controller.abort('gone')
  expect(line.length).toBe(0)
  await expect(blocked).rejects.toBe('gone')
  await behind
})

test('who comes with an aborted signal does not enter', async () => {
  const { come, entered } = door(1)
  await expect(come('a', { signal: AbortSignal.abort() })).rejects.toMatchObject({ name: 'AbortError' })
  expect(entered).toEqual([])
})

test('a refusal is for the one at the front, and the next moves up', async () => {
  const line = waitingLine()
  const refused = line.join(() => {
    throw new RangeError('no')
  })
  const next = line.join(() => ({}))
  await expect(refused).rejects.toThrow('no')
  await next
})

test('whatever comes, leaves and aborts, everybody is let in or gone, once', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 3 }),
      fc.array(fc.record({ priority: fc.integer({ min: -1, max: 1 }), aborts: fc.boolean() }), { maxLength: 12 }),
      async (places, callers) => {
        const { come, entered, leave, line } = door(places)
        const controllers = callers.map(() => new AbortController())
        const ends = callers.map(({ priority }, index) =>
          come(String(index), { priority, ...(controllers[index] && { signal: controllers[index].signal }) }).then(
            () => 'in',
            () => 'gone',
          ),
        )
        for (const [index, { aborts }] of callers.entries()) if (aborts) controllers[index]?.abort()
        while (line.length > 0) leave()
        const ended = await Promise.all(ends)
        expect(entered).toHaveLength(new Set(entered).size)
        for (const [index, end] of ended.entries()) {
          expect(end === 'in').toBe(entered.includes(String(index)))
          if (!callers[index]?.aborts) expect(end).toBe('in')
        }
      },
    ),
  )
})
