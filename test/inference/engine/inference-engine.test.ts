import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { inferenceEngine } from '../../../src/inference/engine/inference-engine.ts'
import { plainJob, range } from './asked-plainly.ts'
import { ask, type MixedAnswer, type MixedJob, randomMix } from './random-mix.ts'
import { toyNetwork } from './toy-network.ts'

const limits = { vocabularySize: 48, jobs: 12, prompt: 60, answer: 24 }

/** Each by itself, on a network that has seen nothing. */
const alone = (jobs: readonly MixedJob[]): Promise<MixedAnswer[]> =>
  Promise.all(jobs.map(job => ask(inferenceEngine(toyNetwork()), job)))

const said = (answers: readonly MixedAnswer[]): unknown =>
  answers.map(({ tokens, end }) => ({ tokens, reason: end.reason, count: end.tokens }))

const computed = (network: ReturnType<typeof toyNetwork>): number =>
  network.steps.reduce((sum, { tokens }) => sum + tokens.length, 0)

describe('an engine answers as if each were asked alone', () => {
  test.each([true, false])('whatever is computed together (branches: %s)', branches =>
    fc.assert(
      fc.asyncProperty(
        fc.integer(),
        fc.integer({ min: 90, max: 900 }),
        fc.integer({ min: 1, max: 12 }),
        fc.integer({ min: 1, max: 300 }),
        async (seed, slots, running, prefillTokens) => {
          const jobs = randomMix(seed, limits)
          const network = toyNetwork({ branches })
          const engine = inferenceEngine(network, { bytes: slots * 4, running, prefillTokens })
          const together = await Promise.all(jobs.map(job => ask(engine, job)))
          expect(said(together)).toEqual(said(await alone(jobs)))
          await engine.close()
          expect([network.memories, network.isClosed]).toEqual([0, true])
        },
      ),
      { numRuns: 60 },
    ),
  )

  test('whenever they come, one batch after another over what is kept', async () => {
    const jobs = randomMix(5, { ...limits, jobs: 30 })
    const engine = inferenceEngine(toyNetwork(), { bytes: 4 * 400 })
    const answers: Promise<MixedAnswer>[] = []
    for (const [index, job] of jobs.entries()) {
      answers.push(ask(engine, job))
      if (index % 3 === 0) await answers[index - 2]
      if (index % 10 === 9) await Promise.all(answers)
    }
    expect(said(await Promise.all(answers))).toEqual(said(await alone(jobs)))
  })
})

describe('what is in memory is not computed again', () => {
  test('jobs asked together compute their common beginning once', async () => {
    const network = toyNetwork()
    const engine = inferenceEngine(network)
    const prompts = range(1, 6).map(last => [...range(1, 41), last])
    await Promise.all(prompts.map(prompt => engine.generate(plainJob(prompt, { maxTokens: 1, shared: 40 }))))
    expect(computed(network)).toBe(40 + 5)
  })

  test('a job that comes later begins where its prompt differs from what was said to be shared', async () => {
    const network = toyNetwork()
    const engine = inferenceEngine(network)
    const first = await engine.generate(plainJob([...range(1, 41), 1], { shared: 30 }))
    const other = await engine.generate(plainJob([...range(30, 40)]))
    const second = await engine.generate(plainJob([...range(1, 36), 2, 2]))
    expect([first.reused, other.reused, second.reused]).toEqual([0, 0, 30])
    expect(engine.load.slots).toBeLessThan(30 + 12)
  })

  test('a conversation goes on from its last answer, where nothing came between', async () => {
    const engine = inferenceEngine(toyNetwork())
    const first = plainJob(range(1, 20))
    await engine.generate(first)
    const { reused } = await engine.generate(plainJob([...first.prompt, ...first.tokens, 5, 6, 7]))
    expect(reused).toBe(19 + 3) // the last token of an answer is told and not read
  })

  test('the same prompt again costs one row', async () => {
    const network = toyNetwork()
    const engine = inferenceEngine(network)
    const [one, two] = [plainJob(range(1, 20), { maxTokens: 1 }), plainJob(range(1, 20), { maxTokens: 1 })]
    await engine.generate(one)
    expect(await engine.generate(two)).toEqual({ reason: 'length', tokens: 1, reused: 18 })
    expect([two.tokens, network.steps.at(-1)?.tokens.length]).toEqual([one.tokens, 1])
  })

  test('the same answer asked several times at once is computed once', async () => {
    const network = toyNetwork()
    const engine = inferenceEngine(network)
    const jobs = range(0, 5).map(() => plainJob(range(1, 20), { maxTokens: 6 }))
    await Promise.all(jobs.map(job => engine.generate(job)))
    expect(new Set(jobs.map(({ tokens }) => tokens.join())).size).toBe(1)
    expect(computed(network)).toBe(19 + 5)
  })

  test('what nobody reads lies apart, so that others do not look over it', async () => {
    const network = toyNetwork({ window: 4096 })
    const engine = inferenceEngine(network)
    const beginnings = range(1, 9).map(step => range(1, 301).map(index => (index * step) % 47))
    for (const beginning of beginnings) await engine.generate(plainJob([...beginning, 1], { shared: 300 }))
    expect(Math.max(...network.steps.map(({ at }) => at))).toBeLessThan(2 * 320)
    for (const beginning of beginnings) {
      expect((await engine.generate(plainJob([...beginning, 2], { shared: 300 }))).reused).toBe(300)
    }
  })

  test('what is kept leaves when memory runs out, the longest unused first', async () => {
    const engine = inferenceEngine(toyNetwork(), { bytes: 760 * 4 })
    const beginnings = range(1, 5).map(step => range(1, 131).map(index => (index * step) % 48))
    const wasKept = async (index: number): Promise<boolean> => {
      const { reused } = await engine.generate(plainJob([...(beginnings[index] ?? []), 1, 1], { shared: 130 }))
      return reused === 130
    }
    const kept: boolean[] = []
    for (const index of [0, 1, 2, 0, 3, 0, 2, 1]) kept.push(await wasKept(index))
    expect(kept).toEqual([false, false, false, true, false, true, true, false])
    expect(engine.load.bytes).toBeLessThanOrEqual(760 * 4)
  })
})

describe('order', () => {
  test('jobs begin by priority, then as they came', async () => {
    const engine = inferenceEngine(toyNetwork(), { running: 1 })
    const order: string[] = []
    const asked = (name: string, priority: number): Promise<unknown> =>
      engine.generate(plainJob([1, 2], { priority, maxTokens: 2 })).then(() => order.push(name))
    await Promise.all([asked('a', 1), asked('b', 2), asked('c', 1), asked('d', 0), asked('e', 1)])
    expect(order).toEqual(['d', 'a', 'c', 'e', 'b'])
  })

  test('nobody is overtaken by a stream of equals', async () => {
    const engine = inferenceEngine(toyNetwork(), { running: 2 })
    let isOver = false
    const big = engine.generate(plainJob(range(1, 40), { maxTokens: 20 })).then(() => {
      isOver = true
    })
    let small = 0
    for (; !isOver; small += 1) await engine.generate(plainJob([1, 2, 3], { maxTokens: 3 }))
    await big
    expect(small).toBeLessThan(12)
  })
})

describe('the end', () => {
  test.each([
    ['an end token', { endTokens: new Set(range(0, 48)) }, { reason: 'end', tokens: 1 }],
    ['being told', { onToken: () => true }, { reason: 'told', tokens: 1 }],
    ['the limit', { maxTokens: 3 }, { reason: 'length', tokens: 3 }],
  ] as const)('comes by %s', async (_, told, end) => {
    expect(await inferenceEngine(toyNetwork()).generate(plainJob([1, 2], told))).toEqual({ ...end, reused: 0 })
  })

  test('comes with the window of the network, and with its memory', async () => {
    const job = plainJob(range(1, 21), { maxTokens: 100 })
    const byWindow = await inferenceEngine(toyNetwork({ window: 30 })).generate(job)
    const byMemory = await inferenceEngine(toyNetwork(), { bytes: 4 * 30 }).generate(job)
    expect([byWindow, byMemory]).toEqual([
      { reason: 'length', tokens: 10, reused: 0 },
      { reason: 'length', tokens: 10, reused: 0 },
    ])
  })

  test('a prompt that leaves no room is refused, and so is one call too many', async () => {
    const engine = inferenceEngine(toyNetwork({ window: 30 }), { waiting: 1 })
    await expect(engine.generate(plainJob(range(1, 31)))).rejects.toMatchObject({ code: 'model/context-window' })
    const waiting = engine.generate(plainJob([1]))
    await expect(engine.generate(plainJob([1]))).rejects.toMatchObject({ code: 'model/rate-limit', retryable: true })
    await waiting
  })

  test('a closed engine ends what it has, gives everything back and refuses', async () => {
    const network = toyNetwork()
    const engine = inferenceEngine(network, { running: 1 })
    const asked = [engine.generate(plainJob([1], { maxTokens: 50 })), engine.generate(plainJob([2]))]
    const ends = Promise.allSettled(asked)
    await Promise.resolve().then(() => engine.close())
    await engine.close()
    for (const end of await ends) expect(end).toMatchObject({ reason: { name: 'AbortError' } })
    expect([network.memories, network.isClosed]).toEqual([0, true])
    await expect(engine.generate(plainJob([1]))).rejects.toMatchObject({ code: 'runtime/failed' })
  })
})
