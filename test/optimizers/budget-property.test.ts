import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { KkachiError } from '../../src/errors/kkachi-error.ts'
import { ModelError } from '../../src/errors/model-error.ts'
import type { OptimizationResult } from '../../src/optimizers/optimizer.ts'
import type { Clock } from '../../src/ports/clock.ts'
import type { LanguageModel } from '../../src/ports/language-model.ts'
import type { Budget } from '../../src/search/budget.ts'
import { everyOptimizer } from './every-optimizer.ts'
import { type Fault, faulty, puzzles, quizAnswer, quizModel, quizzes, sameAnswer } from './quiz.ts'

const price = { input: 3, output: 15 }

/** What reached the model, counted on its side, and the time by a clock that only calls move. */
const counted = (model: LanguageModel) => {
  let [calls, tokens, usd, now, late] = [0, 0, 0, 0, 0]
  const clock: Clock = {
    now: () => now,
    sleep: async () => {},
    alarm: () => () => {},
  }
  const counting: LanguageModel = {
    ...model,
    async generate(request) {
      calls += 1
      const began = now
      const { deadlineMs = Number.POSITIVE_INFINITY } = request
      // Long questions take longer; whoever has a deadline keeps it.
      const takes = 200 + JSON.stringify(request.messages).length / 10
      if (deadlineMs <= 0) late += 1
      // Time moves between tasks only, so that a call is sent at the time it was admitted.
      await new Promise(resolve => setTimeout(resolve, 0))
      now = Math.max(now, began + Math.min(takes, deadlineMs))
      if (takes > deadlineMs) throw new ModelError('model/timeout', 'Late.', { model: model.id, attempts: 1 })
      const response = await model.generate(request)
      const { inputTokens, outputTokens } = response.usage
      tokens += inputTokens + outputTokens
      usd += (inputTokens * price.input + outputTokens * price.output) / 1e6
      return response
    },
  }
  return { model: counting, clock, spent: () => ({ calls, tokens, usd, seconds: now / 1000, late }) }
}

const budgets: fc.Arbitrary<Budget> = fc.oneof(
  fc.record({ calls: fc.integer({ min: 1, max: 250 }) }),
  fc.record({ tokens: fc.integer({ min: 200, max: 90_000 }), answerTokens: fc.integer({ min: 40, max: 300 }) }),
  fc
    .record({ usd: fc.integer({ min: 1, max: 500 }), answerTokens: fc.integer({ min: 40, max: 300 }) })
    .map(({ usd, ...rest }) => ({ ...rest, usd: usd / 1_000, prices: { scripted: price } })),
  fc.record({ seconds: fc.integer({ min: 1, max: 20 }), calls: fc.constant(300) }),
  fc.record({
    ...{ calls: fc.integer({ min: 20, max: 250 }), tokens: fc.integer({ min: 5_000, max: 90_000 }) },
    ...{ answerTokens: fc.constant(100), seconds: fc.integer({ min: 2, max: 20 }) },
  }),
)

const runs = fc.record({
  budget: budgets,
  concurrency: fc.integer({ min: 1, max: 64 }),
  fault: fc.constantFrom<Fault>('none', 'failing', 'slow', 'malformed'),
  seed: fc.nat({ max: 1_000_000 }),
  quiz: fc.constantFrom(...quizzes),
  withDev: fc.boolean(),
})

/** The budget of calls, tokens and money that a result says it took can be no other than what reached the model. */
const checkResult = (result: OptimizationResult<never, unknown>): void => {
  const { outcome, score, baseline, candidates, proposed, state, student } = result
  if (score !== undefined && baseline !== undefined) expect(score).toBeGreaterThanOrEqual(baseline)
  if (outcome === 'budget' || outcome === 'nothing') expect(state).toEqual(student.state)
  if (outcome === 'stopped' && candidates.length > 0) {
    expect([student.state, ...proposed.map(candidate => candidate.state)]).toContainEqual(state)
  }
}

/** With nothing answered, or nothing of use proposed, a run may end in an error that says so. */
const mayFail = (error: unknown, fault: Fault): boolean =>
  KkachiError.is(error) &&
  ((fault === 'failing' && error.code === 'model/server') || error.code === 'optimization/no-proposal')

describe('no budget is ever exceeded, and the best so far comes back', () => {
  test.each(everyOptimizer)('%s', async (_, make) => {
    await fc.assert(
      fc.asyncProperty(runs, async ({ budget, concurrency, fault, seed, quiz, withDev }) => {
        const { model, clock, spent } = counted(faulty(quizModel(), fault, seed))
        const run = make().optimize(quiz(), {
          train: puzzles(1, 16),
          ...(withDev && { dev: puzzles(101, 12) }),
          ...{ metric: sameAnswer, model, budget, concurrency, seed, clock },
        })
        const result = await run.then(
          done => done,
          (error: unknown) => {
            if (mayFail(error, fault)) return undefined
            throw error
          },
        )
        const { calls, tokens, usd, seconds, late } = spent()
        if (budget.calls !== undefined) expect(calls).toBeLessThanOrEqual(budget.calls)
        if (budget.tokens !== undefined) expect(tokens).toBeLessThanOrEqual(budget.tokens)
        if (budget.usd !== undefined) expect(usd).toBeLessThanOrEqual(budget.usd + 1e-12)
        if (budget.seconds !== undefined) expect(seconds).toBeLessThanOrEqual(budget.seconds + 1e-9)
        expect(late).toBe(0)
        if (result === undefined) return
        expect(result.calls).toBe(calls)
        if (fault !== 'failing') expect(result.tokens).toBe(tokens)
        checkResult(result as OptimizationResult<never, unknown>)
      }),
      { numRuns: 12, seed: 11, endOnFailure: true },
    )
  })
})

test('the model of these tests is a function of the request', () => {
  const request = { messages: [{ role: 'user', content: 'Puzzle 4 `[[ ## answer ## ]]`' }] } as const
  expect(quizAnswer(request)).toBe(quizAnswer(request))
})
