import fc from 'fast-check'
import { expect, test } from 'vitest'
import { modelPool } from '../../../src/inference/pool/model-pool.ts'
import type { ModelEvent, ModelRequest } from '../../../src/ports/language-model.ts'
import { testClock } from '../../../src/testing/test-clock.ts'
import { scriptedLocals } from './scripted-local-model.ts'

interface Call {
  readonly at: number
  readonly work: number
  readonly priority: number
  readonly deadlineMs: number | undefined
  readonly abortAt: number | undefined
  readonly topic: number
  readonly isStream: boolean
}

const maybe = (max: number): fc.Arbitrary<number | undefined> =>
  fc.option(fc.integer({ min: 0, max }), { nil: undefined, freq: 3 })

const call: fc.Arbitrary<Call> = fc.record({
  at: fc.nat(15).map(step => step * 20),
  work: fc.integer({ min: 0, max: 200 }),
  priority: fc.integer({ min: 0, max: 2 }),
  deadlineMs: maybe(3000),
  abortAt: maybe(3000),
  topic: fc.integer({ min: 0, max: 3 }),
  isStream: fc.boolean(),
})

const read = async (events: AsyncIterable<ModelEvent>): Promise<void> => {
  for await (const event of events) if (event.type === 'finish') return
}

/** Errors of a call's own, and of an instance that broke. */
const ownErrors = ['AbortError', 'model/timeout', 'model/rate-limit', 'runtime/failed']

test('200 calls with cancels, deadlines and a lost device end each in an answer or an error of its own; nothing is left', async () => {
  const crashes = fc.array(fc.record({ at: fc.integer({ min: 0, max: 3000 }), instance: fc.nat(3) }), { maxLength: 3 })
  const calls = fc.array(call, { minLength: 200, maxLength: 200 })
  const property = fc.asyncProperty(
    calls,
    crashes,
    fc.boolean(),
    fc.integer({ min: 1, max: 3 }),
    async (all, lost, batches, instances) => {
      const clock = testClock()
      const locals = scriptedLocals({
        ...{ clock, facts: { batches }, loadMs: 40 },
        answerMs: ({ maxTokens = 0 }) => maxTokens,
      })
      const pool = modelPool({ start: locals.start, clock, instances, concurrency: 4, maxWaiting: 150 })
      const ends = new Map<number, string>()
      const moments = [
        ...all.map((one, index) => ({ at: one.at, run: () => begin(one, index) })),
        ...lost.map(({ at, instance }) => ({ at, run: () => locals.crash(instance) })),
      ].sort((a, b) => a.at - b.at)

      const begin = (one: Call, index: number): void => {
        const controller = new AbortController()
        if (one.abortAt !== undefined) clock.alarm(one.abortAt, () => controller.abort())
        const request: ModelRequest = {
          messages: [
            { role: 'system', content: `topic ${one.topic}` },
            { role: 'user', content: String(index) },
          ],
          ...{ sharedMessages: 1, priority: one.priority, maxTokens: one.work, signal: controller.signal },
          ...(one.deadlineMs === undefined ? {} : { deadlineMs: one.deadlineMs }),
        }
        const work: Promise<unknown> = one.isStream ? read(pool.stream(request)) : pool.generate(request)
        work.then(
          () => ends.set(index, 'answered'),
          error => ends.set(index, error.name === 'AbortError' ? error.name : error.code),
        )
      }

      for (const { at, run } of moments) {
        await clock.advance(at - clock.now())
        run()
      }
      await clock.advance(100_000)
      expect(ends.size).toBe(200)
      expect([...ends.values()].filter(end => end !== 'answered' && !ownErrors.includes(end))).toEqual([])
      for (const [index, end] of ends) {
        if (end === 'AbortError') expect(all[index]?.abortAt).toBeDefined()
        if (end === 'runtime/failed') expect(lost.length).toBeGreaterThan(0)
      }
      expect(pool.state).toMatchObject({ waiting: 0, running: 0, loading: 0 })
      expect([...locals.open]).toEqual([])
      expect(clock.sleeping).toEqual([])
      await pool.unload()
      expect([...locals.loaded]).toEqual([])
    },
  )
  await fc.assert(property, { numRuns: 6 })
})

test('equals begin in order of arrival, whoever goes before them', async () => {
  const property = fc.asyncProperty(fc.array(call, { minLength: 60, maxLength: 60 }), async all => {
    const clock = testClock()
    const locals = scriptedLocals({ clock, answerMs: ({ maxTokens = 0 }) => maxTokens })
    const pool = modelPool({ start: locals.start, clock, instances: 2 })
    const calls = all.map(({ priority, work, topic }, index) =>
      pool.generate({
        messages: [
          { role: 'system', content: `topic ${topic}` },
          { role: 'user', content: `${priority} ${index}` },
        ],
        ...{ sharedMessages: 1, priority, maxTokens: work },
      }),
    )
    await clock.advance(100_000)
    await Promise.all(calls)
    for (const priority of ['0', '1', '2']) {
      const order = locals.begun
        .map(({ text }) => text.split(' '))
        .filter(([own]) => own === priority)
        .map(([, index]) => Number(index))
      expect(order).toEqual([...order].sort((a, b) => a - b))
    }
  })
  await fc.assert(property, { numRuns: 8 })
})
