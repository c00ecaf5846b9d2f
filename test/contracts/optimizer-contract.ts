import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { cacheKey, keyText } from '../../src/models/cache-key.ts'
import { cached } from '../../src/models/cached.ts'
import type { OptimizationResult, Optimizer, OptimizerEvent } from '../../src/optimizers/optimizer.ts'
import type { LanguageModel, ModelResponse } from '../../src/ports/language-model.ts'
import type { Storage } from '../../src/ports/storage.ts'
import type { Budget } from '../../src/search/budget.ts'
import { memoryStorage } from '../../src/storage/memory.ts'
import { doubler, doublingModel, doublings, isRight } from './doubling-task.ts'

const train = doublings(1, 16)
const dev = doublings(100, 8)
const student = doubler()

/** What a run comes to, without what its cost says about the order in which it went. */
const outcomeOf = <Input, Output>({
  outcome,
  state,
  score,
  baseline,
  candidates,
}: OptimizationResult<Input, Output>) => ({
  outcome,
  state,
  score,
  baseline,
  candidates: candidates.map(({ calls: _, ...candidate }) => candidate),
})

/** The calls and tokens that reached a model. */
const spentOf = (responses: readonly ModelResponse[]) => ({
  calls: responses.length,
  tokens: responses.reduce((sum, { usage }) => sum + usage.inputTokens + usage.outputTokens, 0),
})

const keysOf = async (storage: Storage): Promise<string[]> => {
  const keys: string[] = []
  for await (const key of storage.list('')) keys.push(key)
  return keys
}

/**
 * The contract of every optimizer, by the numbers of `Optimizer`. `make` gives the optimizer with settings that let it
 * finish on a few dozen rows.
 */
export const describeOptimizer = (name: string, make: () => Optimizer): void => {
  const run = async (options: {
    readonly concurrency?: number
    readonly delays?: number
    readonly budget?: Budget
    readonly seed?: number
    readonly withDev?: boolean
  }) => {
    const { concurrency = 8, delays, budget, seed, withDev = true } = options
    const inner = doublingModel(delays)
    const made: ModelResponse[] = []
    const model: typeof inner = {
      ...inner,
      async generate(request) {
        const response = await inner.generate(request)
        made.push(response)
        return response
      },
    }
    const result = await make().optimize(student, {
      train,
      ...(withDev && { dev }),
      metric: isRight,
      model,
      concurrency,
      ...(budget && { budget }),
      ...(seed !== undefined && { seed }),
    })
    return { result, spent: spentOf(made) }
  }

  describe(`${name} keeps the contract of an optimizer`, () => {
    describe('1. the result is the same at every concurrency', () => {
      test.each([
        { what: 'with a development set' },
        { what: 'without one', withDev: false },
        { what: 'with another seed', seed: 5 },
        ...[1, 17, 40, 60, 90, 200].map(calls => ({ what: `within ${calls} calls`, budget: { calls } })),
        ...[3_000, 12_000, 20_000, 30_000, 50_000, 90_000].map(tokens => ({
          what: `within ${tokens} tokens`,
          budget: { tokens, answerTokens: 200 },
        })),
      ])('$what', async ({ what: _, ...options }) => {
        const alone = outcomeOf((await run({ ...options, concurrency: 1 })).result)
        const few = await run({ ...options, concurrency: 8, delays: 1 })
        const many = await run({ ...options, concurrency: 64, delays: 2 })
        expect(outcomeOf(few.result)).toEqual(alone)
        expect(outcomeOf(many.result)).toEqual(alone)
      })
    })

    test('1. and 2. whatever the budget, the concurrency and who finishes first', async () => {
      const budgets = fc.oneof(
        fc.record({ calls: fc.integer({ min: 1, max: 160 }) }),
        fc.record({ tokens: fc.integer({ min: 1_000, max: 60_000 }), answerTokens: fc.integer({ min: 60, max: 400 }) }),
      )
      await fc.assert(
        fc.asyncProperty(budgets, fc.integer({ min: 2, max: 64 }), fc.nat(), async (budget, concurrency, delays) => {
          const alone = await run({ budget, concurrency: 1 })
          const crowded = await run({ budget, concurrency, delays })
          expect(outcomeOf(crowded.result)).toEqual(outcomeOf(alone.result))
          for (const { calls, tokens } of [alone.spent, crowded.spent]) {
            if ('calls' in budget) expect(calls).toBeLessThanOrEqual(budget.calls)
            else expect(tokens).toBeLessThanOrEqual(budget.tokens)
          }
        }),
        { numRuns: 25, seed: 7 },
      )
    })

    test.each([1, 2, 3, 10, 33, 64])('2. the budget of %i calls is never exceeded', async calls => {
      const { result, spent } = await run({ budget: { calls }, concurrency: 64, delays: calls })
      expect(spent.calls).toBeLessThanOrEqual(calls)
      expect(result.calls).toBe(spent.calls)
      expect(['stopped', 'budget', 'finished']).toContain(result.outcome)
    })

    test.each([2_000, 9_000, 25_000, 60_000])('2. the budget of %i tokens is never exceeded', async tokens => {
      const { result, spent } = await run({ budget: { tokens, answerTokens: 200 }, concurrency: 64, delays: tokens })
      expect(spent.tokens).toBeLessThanOrEqual(tokens)
      expect(result.tokens).toBe(spent.tokens)
    })

    test('2. with a budget for nothing the student comes back, and the outcome says so', async () => {
      const { result } = await run({ budget: { calls: 1 } })
      expect(result.outcome).toBe('budget')
      expect(result.state).toEqual(student.state)
    })

    test('2. when the budget ends, the best so far is the result', async () => {
      for (const calls of [20, 40, 60, 80, 120]) {
        const { result } = await run({ budget: { calls } })
        const [best] = result.candidates
        if (best !== undefined && result.score !== undefined) {
          expect(result.score).toBe(best.score)
        }
      }
    })

    test('3. the student and its data are unchanged', async () => {
      const before = JSON.stringify([student.state, train, dev])
      const { result } = await run({})
      expect(JSON.stringify([student.state, train, dev])).toBe(before)
      expect(result.program.state).toEqual(result.state)
      const demosIn = (state: typeof student.state) => Object.values(state).flatMap(({ demos }) => demos)
      expect(demosIn(student.state)).toEqual([])
    })

    test('4. nothing is learned from development rows, and the result is no worse on them', async () => {
      const { result } = await run({})
      const shown = JSON.stringify(result.candidates.map(candidate => candidate.state))
      for (const { question } of dev) expect(shown).not.toContain(question)
      expect(result.score ?? 0).toBeGreaterThanOrEqual(result.baseline ?? 0)
    })

    test('5. an abort is thrown as it came, and nothing more is sent', async () => {
      for (const at of [1, 5, 30]) {
        const controller = new AbortController()
        const reason = new DOMException('The user went home.', 'AbortError')
        const inner = doublingModel(1)
        const model: typeof inner = {
          ...inner,
          async generate(request) {
            if (inner.calls.length + 1 === at) controller.abort(reason)
            return inner.generate(request)
          },
        }
        const { signal } = controller
        const optimizing = make().optimize(student, { train, dev, metric: isRight, model, signal, concurrency: 4 })
        await expect(optimizing).rejects.toBe(reason)
        const sent = inner.calls.length
        await new Promise(resolve => setTimeout(resolve, 20))
        expect(inner.calls).toHaveLength(sent)
      }
    })

    test('5. leaving the iteration stops the work', async () => {
      const model = doublingModel(1)
      const optimizing = make().optimize(student, { train, dev, metric: isRight, model, concurrency: 4 })
      for await (const event of optimizing) if (event.type === 'example-evaluated') break
      const sent = model.calls.length
      await new Promise(resolve => setTimeout(resolve, 20))
      expect(model.calls).toHaveLength(sent)
      await expect(optimizing).rejects.toMatchObject({ name: 'AbortError' })
    })

    describe('6. over a journal it repeats no finished call and comes to the same result', () => {
      test.each<{ readonly budget: Budget }>([
        { budget: {} },
        { budget: { calls: 60 } },
        { budget: { tokens: 30_000, answerTokens: 200 } },
      ])('with the budget $budget, killed at any moment', async ({ budget }) => {
        const problem = { train, dev, metric: isRight, budget }
        const optimize = (inner: LanguageModel, storage: Storage, signal?: AbortSignal) => {
          const model = cached(inner, { storage })
          return make().optimize(student, { ...problem, model, ...(signal && { signal }) })
        }
        const expected = await optimize(doublingModel(), memoryStorage())
        for (const killedAt of [1, 9, 30, 70, 10_000]) {
          const journal = memoryStorage()
          const controller = new AbortController()
          const first = doublingModel(killedAt)
          const dying: LanguageModel = {
            ...first,
            async generate(request) {
              if (first.calls.length >= killedAt) controller.abort()
              return first.generate(request)
            },
          }
          await Promise.allSettled([optimize(dying, journal, controller.signal)])
          await new Promise(resolve => setTimeout(resolve, 5)) // what has been answered is still being written
          const finished = new Set(await keysOf(journal))
          const second = doublingModel()
          const resumed = await optimize(second, journal)
          expect(outcomeOf(resumed)).toEqual(outcomeOf(expected))
          const repeated = await Promise.all(second.calls.map(call => cacheKey(keyText(second.id, call))))
          expect(repeated.filter(key => finished.has(key))).toEqual([])
          if (budget.tokens === undefined) expect(resumed.calls).toBe(expected.calls)
          if (killedAt === 10_000) expect(second.calls).toEqual([])
        }
      })
    })

    test('tells how it begins and ends, and is awaited for the same', async () => {
      const optimizing = make().optimize(student, { train, dev, metric: isRight, model: doublingModel() })
      const events: OptimizerEvent[] = []
      for await (const event of optimizing) events.push(event)
      const result = await optimizing
      expect(events[0]).toMatchObject({ type: 'run-started', train: train.length, dev: dev.length })
      const { outcome, calls } = result
      expect(events.at(-1)).toMatchObject({ type: 'run-finished', outcome, calls })
      expect(events.filter(event => event.type === 'run-finished')).toHaveLength(1)
    })

    test.each([
      ['no rows', { train: [], dev }, 'data/empty'],
      ['an empty development set', { train, dev: [] }, 'data/empty'],
      ['rows without an input', { train: [{ query: 'x', answer: 'y' }], dev }, 'data/fields'],
    ])('refuses %s before anything is sent', async (_, data, code) => {
      const model = doublingModel()
      const rows: { readonly train: readonly object[]; readonly dev: readonly object[] } = data
      await expect(make().optimize(student, { ...rows, metric: () => true, model })).rejects.toMatchObject({ code })
      expect(model.calls).toEqual([])
    })
  })
}
