import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ModelError } from '../../src/errors/model-error.ts'
import { batch } from '../../src/modules/batch.ts'
import { predict } from '../../src/modules/predict.ts'
import { program } from '../../src/modules/program.ts'
import { scriptedModel } from '../../src/testing/scripted-model.ts'
import { testClock } from '../../src/testing/test-clock.ts'

const say = (answer: string): string => `[[ ## answer ## ]]\n${answer}`
const ask = predict('question -> answer')
const down = new ModelError('model/transport', 'Cut.', { model: 'm' })
const model = scriptedModel([])
const context = { model }

/** Answers a question with itself, and fails for those that begin with "bad". */
const echo = () =>
  scriptedModel(({ messages }) => {
    const question = /(bad)?q\d+/.exec(String(messages.at(-1)?.content))?.[0] ?? ''
    return question.startsWith('bad') ? down : say(question)
  })

const questions = (count: number, prefix = '') =>
  Array.from({ length: count }, (_, index) => ({ question: `${prefix}q${index}` }))

/** A run that somebody else ends. */
const held = () => {
  const runs: { readonly input: string; readonly signal: AbortSignal | undefined; end(answer: unknown): void }[] = []
  const run = (input: string, override: { readonly signal?: AbortSignal } = {}) =>
    new Promise<string>((resolve, reject) => {
      const { signal } = override
      signal?.addEventListener('abort', () => reject(signal.reason), { once: true })
      runs.push({
        input,
        signal,
        end: answer => (typeof answer === 'string' ? resolve(answer) : reject(answer)),
      })
    })
  return { runs, run }
}

const turn = () => new Promise<void>(resolve => setTimeout(resolve, 0))

describe('batch', () => {
  test('gives the predictions in the order of the inputs', async () => {
    const predictions = await batch(ask, questions(20), { model: echo() })
    expect(predictions.map(({ answer }) => answer)).toEqual(questions(20).map(({ question }) => question))
  })

  test('gives the same whatever the concurrency and the order of ending', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.nat(5), { maxLength: 12 }),
        fc.integer({ min: 1, max: 6 }),
        async (delays, concurrency) => {
          const run = async (delay: number): Promise<number> => {
            for (let left = delay; left > 0; left -= 1) await Promise.resolve()
            return delay
          }
          expect(await batch(run, delays, context, { concurrency })).toEqual(delays)
        },
      ),
    )
  })

  test('runs no more at once than it may', async () => {
    const { runs, run } = held()
    const working = Promise.resolve(batch(run, ['a', 'b', 'c'], context, { concurrency: 2 }))
    await turn()
    expect(runs.map(({ input }) => input)).toEqual(['a', 'b'])
    runs[1]?.end('B')
    await turn()
    expect(runs.map(({ input }) => input)).toEqual(['a', 'b', 'c'])
    runs[0]?.end('A')
    runs[2]?.end('C')
    expect(await working).toEqual(['A', 'B', 'C'])
  })

  test('tells each run as it ends', async () => {
    const events = []
    for await (const event of batch(ask, questions(3), { model: echo() }, { concurrency: 1 })) events.push(event)
    expect(events).toEqual(
      questions(3).map(({ question }, index) => ({ type: 'finished', index, prediction: { answer: question } })),
    )
  })

  test('throws the first failure and begins nothing more', async () => {
    const model = echo()
    await expect(
      batch(ask, [...questions(2), { question: 'badq9' }, ...questions(9)], { model }, { concurrency: 1 }),
    ).rejects.toBe(down)
    expect(model.calls.length).toBe(3)
  })

  test('with returnFailed gives what there is, and tells what failed', async () => {
    const inputs = [{ question: 'q0' }, { question: 'badq1' }, { question: 'q2' }]
    expect(await batch(ask, inputs, { model: echo() }, { returnFailed: true })).toEqual({
      predictions: [{ answer: 'q0' }, undefined, { answer: 'q2' }],
      failures: [{ index: 1, error: down }],
    })
  })

  test('ends at the failure that is one too many, and at once for what would fail every run', async () => {
    const model = echo()
    const options = { returnFailed: true, maxErrors: 3, concurrency: 1 } as const
    await expect(batch(ask, questions(9, 'bad'), { model }, options)).rejects.toBe(down)
    expect(model.calls.length).toBe(3)
    const refused = scriptedModel(() => new ModelError('model/authentication', 'Refused.', { model: 'm' }))
    await expect(batch(ask, questions(9), { model: refused }, options)).rejects.toMatchObject({
      code: 'model/authentication',
    })
    expect(refused.calls.length).toBe(1)
  })

  test('fails a run that is longer than its deadline, and aborts it', async () => {
    const clock = testClock()
    const { runs, run } = held()
    const working = Promise.resolve(batch(run, ['a', 'b'], { model, clock }, { deadlineMs: 1000, returnFailed: true }))
    await turn()
    runs[1]?.end('B')
    await turn()
    await clock.advance(1000)
    expect(await working).toMatchObject({
      predictions: [undefined, 'B'],
      failures: [{ index: 0, error: { code: 'model/timeout' } }],
    })
    expect(runs.map(({ signal }) => signal?.aborted)).toEqual([true, true])
    expect(clock.sleeping).toEqual([])
  })

  test('begins one of the last runs again when it is late, and takes the first of the two that succeeds', async () => {
    const clock = testClock()
    const { runs, run } = held()
    const options = { stragglerMs: 1000, stragglerLimit: 1 }
    const working = Promise.resolve(batch(run, ['a', 'b'], { model, clock }, options))
    await turn()
    await clock.advance(1000)
    expect(runs.length).toBe(2) // both are late, but none is the last
    runs[1]?.end('B')
    await turn()
    expect(runs.map(({ input }) => input)).toEqual(['a', 'b', 'a'])
    runs[2]?.end('A again')
    expect(await working).toEqual(['A again', 'B'])
    expect(runs[0]?.signal?.aborted).toBe(true)
  })

  test('fails such a run when both failed, with the first failure', async () => {
    const clock = testClock()
    const { runs, run } = held()
    const working = Promise.resolve(batch(run, ['a'], { model, clock }, { stragglerMs: 1000 }))
    working.catch(() => {})
    await turn()
    await clock.advance(1000)
    runs[0]?.end(down)
    await turn()
    runs[1]?.end(new Error('another'))
    await expect(working).rejects.toBe(down)
  })

  test('begins nothing a second time unless it is asked to', async () => {
    const clock = testClock()
    const { runs, run } = held()
    const working = Promise.resolve(batch(run, ['a'], { model, clock }))
    await turn()
    await clock.advance(1_000_000)
    expect(runs.length).toBe(1)
    runs[0]?.end('A')
    expect(await working).toEqual(['A'])
  })

  test('ends with an abort, and aborts what runs when it is left', async () => {
    const leaving = new AbortController()
    const { runs, run } = held()
    const working = Promise.resolve(batch(run, ['a'], { model, signal: leaving.signal }))
    working.catch(() => {})
    await turn()
    leaving.abort(new DOMException('Left.', 'AbortError'))
    await expect(working).rejects.toMatchObject({ name: 'AbortError', message: 'Left.' })

    const others = held()
    const events = batch(others.run, ['a', 'b'], context)[Symbol.asyncIterator]()
    const first = events.next()
    await turn()
    others.runs[0]?.end('A')
    await first
    await events.return?.()
    expect(others.runs[1]?.signal?.aborted).toBe(true)
    expect(runs[0]?.signal?.aborted).toBe(true)
  })

  test('runs the children of a program, with what they learned and under their paths', async () => {
    const taught = ask.withState({
      self: { ...ask.state.self, demos: [{ question: 'before', answer: 'shown' }] } as never,
    })
    const all = program(
      'questions: string[] -> answers: string[]',
      { ask: taught },
      async ({ questions }, { ask }, context) => {
        const predictions = await batch(
          ask,
          questions.map(question => ({ question })),
          context,
        )
        return { answers: predictions.map(({ answer }) => answer) }
      },
    )
    const model = echo()
    expect(await all.run({ questions: ['q1', 'q2'] }, { model })).toEqual({ answers: ['q1', 'q2'] })
    expect(model.calls.map(({ messages }) => messages.length)).toEqual([4, 4])
    const paths = new Set<string>()
    for await (const event of all.stream({ questions: ['q1'] }, { model: echo() })) {
      if (event.type === 'field') paths.add(event.path)
    }
    expect([...paths]).toEqual(['ask'])
  })
})
