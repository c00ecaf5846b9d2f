import { describe, expect, test } from 'vitest'
import { modelShelf } from '../../../src/inference/pool/model-shelf.ts'
import type { ModelRequest } from '../../../src/ports/language-model.ts'
import { testClock } from '../../../src/testing/test-clock.ts'
import { scriptedLocals } from './scripted-local-model.ts'

const shelved = (sizes: Readonly<Record<string, number>>, maxBytes: number) => {
  const clock = testClock()
  const locals = new Map(
    Object.entries(sizes).map(([name, bytes]) => [name, scriptedLocals({ clock, facts: { bytes } })]),
  )
  const models = Object.fromEntries([...locals].map(([name, { start }]) => [name, start]))
  const shelf = modelShelf({ models, maxBytes })
  const loaded = () => [...locals].filter(([, one]) => one.loaded.size > 0).map(([name]) => name)
  const use = async (name: string, more: Partial<ModelRequest> = {}) => {
    const call = shelf.model(name).generate({ messages: [{ role: 'user', content: name }], ...more })
    await clock.advance(200)
    return (await call).completions[0].text
  }
  return { clock, shelf, loaded, use }
}

describe('modelShelf', () => {
  test('what was used longest ago is closed where memory does not hold all', async () => {
    const { shelf, loaded, use } = shelved({ a: 40, b: 40, c: 40 }, 100)
    expect(shelf.names).toEqual(['a', 'b', 'c'])
    for (const name of ['a', 'b', 'a']) expect(await use(name)).toBe(`answer to ${name}`)
    expect(loaded()).toEqual(['a', 'b'])
    await use('c')
    expect(loaded()).toEqual(['a', 'c'])
    expect(shelf.bytes).toBe(80)
    await use('b')
    expect(loaded()).toEqual(['b', 'c'])
    await shelf.unload()
    expect([loaded(), shelf.bytes]).toEqual([[], 0])
  })

  test('a model with calls under way stays, and goes when they end', async () => {
    const { clock, shelf, loaded, use } = shelved({ a: 60, b: 60 }, 100)
    const events = shelf
      .model('a')
      .stream({ messages: [{ role: 'user', content: 'x' }] })
      [Symbol.asyncIterator]()
    const first = events.next()
    await clock.advance(50)
    await first
    const call = shelf.model('b').generate({ messages: [{ role: 'user', content: 'y' }] })
    await clock.advance(50)
    expect([loaded(), shelf.bytes]).toEqual([['a', 'b'], 120])
    await clock.advance(200)
    await call
    expect(loaded()).toEqual(['a'])
    await events.return?.()
    await use('b')
    expect(loaded()).toEqual(['b'])
  })

  test('a name is always the same model, and an unknown one is told', () => {
    const { shelf } = shelved({ a: 1 }, 10)
    expect(shelf.model('a')).toBe(shelf.model('a'))
    for (const name of ['b', 'toString', '__proto__']) {
      expect(() => shelf.model(name)).toThrow(/Expected one of the models a, got/)
    }
  })

  test('an abort is heard before anything is loaded', async () => {
    const { shelf, loaded } = shelved({ a: 1 }, 10)
    const signal = AbortSignal.abort()
    await expect(shelf.model('a').generate({ messages: [], signal })).rejects.toBe(signal.reason)
    expect(loaded()).toEqual([])
  })
})
