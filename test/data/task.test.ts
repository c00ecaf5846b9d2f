import { describe, expect, test } from 'vitest'
import { task } from '../../src/data/task.ts'

const counting = () => {
  const log: string[] = []
  const run = task(async function* () {
    log.push('begun')
    yield 1
    yield 2
    yield 3
    return 'done'
  })
  return { log, run }
}

const collect = async <T>(events: AsyncIterable<T>) => {
  const seen: T[] = []
  for await (const event of events) seen.push(event)
  return seen
}

describe('task', () => {
  test('starts nothing by itself', async () => {
    const { log } = counting()
    await Promise.resolve()
    expect(log).toEqual([])
  })

  test('is iterated for its events and awaited for its result, in one run', async () => {
    const { log, run } = counting()
    expect(await collect(run)).toEqual([1, 2, 3])
    expect(await run).toBe('done')
    expect(log).toEqual(['begun'])
  })

  test('runs to its end when it is only awaited', async () => {
    const { run } = counting()
    expect(await run).toBe('done')
    expect(await run).toBe('done')
  })

  test('shows every event to every iteration, also while it is awaited', async () => {
    const { run } = counting()
    const [first, second, result] = await Promise.all([collect(run), collect(run), run])
    expect([first, second, result]).toEqual([[1, 2, 3], [1, 2, 3], 'done'])
  })

  test('fails the iteration and the result with the same error', async () => {
    const error = new Error('broken')
    const run = task(async function* () {
      yield 1
      throw error
    })
    await expect(collect(run)).rejects.toBe(error)
    await expect(run).rejects.toBe(error)
  })

  test('tells nobody of a failure that nobody waits for', async () => {
    const run = task(async function* () {
      yield 1
      throw new Error('unseen')
    })
    await expect(collect(run)).rejects.toThrow('unseen')
  })

  test('stops when the iteration is left, aborts its signal, and the result is an AbortError', async () => {
    let seen: AbortSignal | undefined
    let cleaned = false
    const run = task(async function* (signal) {
      seen = signal
      try {
        yield 1
        yield 2
      } finally {
        cleaned = true
      }
      return 'done'
    })
    for await (const _ of run) break
    expect(seen?.aborted).toBe(true)
    expect(cleaned).toBe(true)
    await expect(run).rejects.toMatchObject({ name: 'AbortError' })
  })

  test('ends the other iterations when one is left', async () => {
    const { run } = counting()
    const other = run[Symbol.asyncIterator]()
    for await (const _ of run) break
    expect(await other.next()).toEqual({ done: false, value: 1 })
    await expect(other.next()).rejects.toMatchObject({ name: 'AbortError' })
  })
})
