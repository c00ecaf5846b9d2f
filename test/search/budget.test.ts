import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { noUsage } from '../../src/data/usage.ts'
import { type Budget, type BudgetMeter, budgetMeter, unspent } from '../../src/search/budget.ts'
import { testClock } from '../../src/testing/test-clock.ts'

const atMost = (input: number) => ({ input, output: 0 })
const usage = (tokens: number) => ({ ...noUsage, calls: 1, attempts: 1, inputTokens: tokens })

/** A call by its bound, what it really costs, and the turns it takes. */
interface Call {
  readonly bound: number
  readonly cost: number
  readonly turns: number
}

const calls = fc.array(
  fc
    .record({ bound: fc.integer({ min: 1, max: 40 }), share: fc.nat(100), turns: fc.nat(9) })
    .map(({ bound, share, turns }): Call => ({ bound, cost: Math.floor((bound * share) / 100), turns })),
  { minLength: 1, maxLength: 30 },
)

/** What the calls of a test cost, in US dollars per million tokens. */
const price = { input: 150_000, output: 600_000 }

const budgets: fc.Arbitrary<Budget> = fc.record(
  {
    calls: fc.integer({ min: 1, max: 25 }),
    tokens: fc.integer({ min: 1, max: 500 }),
    usd: fc.integer({ min: 1, max: 80 }),
  },
  { requiredKeys: [] },
)

const make = async (meter: BudgetMeter, { bound, cost, turns }: Call): Promise<void> => {
  const admission = await meter.admit({ ...atMost(bound), price })
  for (let turn = 0; turn < turns; turn += 1) await Promise.resolve()
  admission.settle(usage(cost))
}

/** Makes the calls, a number of them at once, and goes on after refusals. */
const makeAll = async (meter: BudgetMeter, list: readonly Call[], concurrency: number): Promise<void> => {
  const left = [...list]
  const work = async (): Promise<void> => {
    for (let call = left.shift(); call; call = left.shift()) await make(meter, call).catch(() => {})
  }
  await Promise.all(Array.from({ length: concurrency }, work))
}

describe('budgetMeter', () => {
  test('is never exceeded, whatever the calls, their order and their number at once', async () => {
    await fc.assert(
      fc.asyncProperty(budgets, calls, fc.integer({ min: 1, max: 12 }), async (budget, list, concurrency) => {
        const meter = budgetMeter(budget)
        await makeAll(meter, list, concurrency)
        expect(meter.spent.calls).toBeLessThanOrEqual(budget.calls ?? list.length)
        expect(meter.spent.tokens).toBeLessThanOrEqual(budget.tokens ?? Number.POSITIVE_INFINITY)
        expect(meter.spent.usd).toBeLessThanOrEqual(budget.usd ?? Number.POSITIVE_INFINITY)
      }),
    )
  })

  test('says of a step that it was cut, or not, at every concurrency and in every order', async () => {
    await fc.assert(
      fc.asyncProperty(budgets, calls, fc.integer({ min: 1, max: 12 }), async (budget, list, concurrency) => {
        const cutOf = async (order: readonly Call[], atOnce: number) => {
          const meter = budgetMeter(budget)
          const step = meter.step({ ...unspent, calls: 2, tokens: 10 })
          await makeAll(meter, order, atOnce)
          return step.cut
        }
        const expected = await cutOf(list, 1)
        expect(await cutOf(list, concurrency)).toBe(expected)
        expect(await cutOf(list.toReversed(), concurrency)).toBe(expected)
      }),
    )
  })

  test('refuses the call after the last', async () => {
    const meter = budgetMeter({ calls: 2 })
    await makeAll(
      meter,
      [
        { bound: 5, cost: 5, turns: 0 },
        { bound: 5, cost: 5, turns: 0 },
      ],
      1,
    )
    await expect(meter.admit(atMost(5))).rejects.toMatchObject({ code: 'budget/calls', spent: 2, limit: 2 })
  })

  test('refuses a call that could cost more tokens than are left', async () => {
    const meter = budgetMeter({ tokens: 10 })
    ;(await meter.admit(atMost(8))).settle(usage(3))
    await expect(meter.admit(atMost(8))).rejects.toMatchObject({ code: 'budget/tokens', spent: 3, limit: 10 })
    await expect(meter.admit(atMost(7))).resolves.toBeDefined()
  })

  test('refuses a call that could cost more money than is left, to the last fraction', async () => {
    const meter = budgetMeter({ usd: 0.001 })
    const cheap = { input: 0.1, output: 0.4 }
    const bound = { input: 100, output: 225, price: cheap } // 0.0001 dollars
    for (let call = 0; call < 10; call += 1) {
      ;(await meter.admit(bound)).settle({ ...noUsage, calls: 1, inputTokens: 100, outputTokens: 225 })
    }
    expect(meter.spent.usd).toBe(0.001)
    await expect(meter.admit({ input: 1, output: 0, price: cheap })).rejects.toMatchObject({
      ...{ code: 'budget/money', spent: 0.001, limit: 0.001 },
      message: expect.stringContaining('The budget of 0.001 usd does not hold another call'),
    })
    await expect(meter.admit({ input: 1, output: 0 })).resolves.toBeDefined()
  })

  test('counts an answer without a token count as much as it might have cost', async () => {
    const meter = budgetMeter({ usd: 10, calls: 5 })
    ;(await meter.admit({ input: 10, output: 5, price })).settle({ ...noUsage, calls: 1 })
    expect(meter.spent).toEqual({ calls: 1, tokens: 15, usd: 4.5 })
    ;(await meter.admit({ input: 10, output: 5, price })).settle({ ...noUsage, cachedCalls: 1 })
    expect(meter.spent).toEqual({ calls: 2, tokens: 15, usd: 4.5 })
  })

  test('lets a call wait that fits only once another has cost less than it might', async () => {
    const meter = budgetMeter({ tokens: 10 })
    const first = await meter.admit(atMost(8))
    let admitted = false
    const second = meter.admit(atMost(8)).then(admission => {
      admitted = true
      return admission
    })
    await Promise.resolve()
    expect(admitted).toBe(false)
    first.settle(usage(2))
    ;(await second).settle(usage(2))
    expect(meter.spent).toEqual({ ...unspent, calls: 2, tokens: 4 })
  })

  test('lets an aborted call wait no longer', async () => {
    const meter = budgetMeter({ calls: 1 })
    await meter.admit(atMost(0))
    const controller = new AbortController()
    const waiting = meter.admit(atMost(0), controller.signal)
    controller.abort()
    await expect(waiting).rejects.toMatchObject({ name: 'AbortError' })
    await expect(meter.admit(atMost(0), controller.signal)).rejects.toMatchObject({ name: 'AbortError' })
  })

  test('counts a failed call, once, and no tokens for it', async () => {
    const meter = budgetMeter({ calls: 3 })
    const admission = await meter.admit(atMost(10))
    admission.settle()
    admission.settle(usage(10))
    expect(meter.spent).toEqual({ ...unspent, calls: 1 })
  })

  test('ends with the time', async () => {
    const clock = testClock(1_000)
    const meter = budgetMeter({ seconds: 60 }, clock.now)
    await clock.advance(59_999)
    await expect(meter.admit(atMost(0))).resolves.toBeDefined()
    await clock.advance(1)
    await expect(meter.admit(atMost(0))).rejects.toMatchObject({ code: 'budget/time', limit: 60 })
  })

  test('leaves unspent what a step is to keep', async () => {
    const meter = budgetMeter({ calls: 5 })
    const call = { bound: 1, cost: 1, turns: 0 }
    const step = meter.step({ ...unspent, calls: 3, tokens: 0 })
    await makeAll(meter, [call, call, call], 2)
    expect([step.cut, meter.spent.calls]).toEqual([true, 2])
    meter.step()
    await makeAll(meter, [call, call, call], 2)
    expect(meter.spent.calls).toBe(5)
  })

  test('forfeits what a cut step had left over, for that depends on the order of arrival', async () => {
    const small = { bound: 2, cost: 2, turns: 0 }
    const large = { bound: 9, cost: 9, turns: 0 }
    for (const order of [
      [small, large],
      [large, small],
    ]) {
      const meter = budgetMeter({ tokens: 14 })
      const step = meter.step({ ...unspent, calls: 0, tokens: 4 })
      await makeAll(meter, order, 1)
      expect(step.cut).toBe(true)
      meter.step()
      await expect(meter.admit(atMost(5))).rejects.toMatchObject({ code: 'budget/tokens' })
      await expect(meter.admit(atMost(4))).resolves.toBeDefined()
    }
  })

  test('a step cut by calls leaves tokens without a limit as they are', async () => {
    const meter = budgetMeter({ calls: 3 })
    meter.step({ ...unspent, calls: 2, tokens: 100 })
    await makeAll(
      meter,
      [
        { bound: 5, cost: 5, turns: 0 },
        { bound: 5, cost: 5, turns: 0 },
      ],
      1,
    )
    meter.step()
    await expect(meter.admit(atMost(1_000_000))).resolves.toBeDefined()
  })

  test.each([
    { calls: 0 },
    { calls: 1.5 },
    { tokens: -1 },
    { tokens: 99.9 },
    { calls: Number.POSITIVE_INFINITY },
    { seconds: Number.NaN },
    { usd: 0 },
    { usd: Number.POSITIVE_INFINITY },
    { answerTokens: 0 },
    { answerTokens: 0.5 },
  ])('refuses %j', budget => {
    expect(() => budgetMeter(budget)).toThrow(expect.objectContaining({ code: 'configuration/invalid' }))
  })
})
