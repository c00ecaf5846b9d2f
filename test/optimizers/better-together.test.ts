import { describe, expect, test } from 'vitest'
import { betterTogether } from '../../src/optimizers/better-together.ts'
import { bootstrapFewShot } from '../../src/optimizers/bootstrap-few-shot.ts'
import { bootstrapRandomSearch } from '../../src/optimizers/bootstrap-random-search.ts'
import { labeledFewShot } from '../../src/optimizers/labeled-few-shot.ts'
import { type Found, optimization } from '../../src/optimizers/optimization.ts'
import type { Optimizer, OptimizerEvent } from '../../src/optimizers/optimizer.ts'
import { simba } from '../../src/optimizers/simba.ts'
import { withInstructions } from '../../src/search/instructions.ts'
import type { SearchRun } from '../../src/search/search-run.ts'
import { doubler, doublingModel, doublings, isRight } from '../contracts/doubling-task.ts'
import { describeOptimizer } from '../contracts/optimizer-contract.ts'

describeOptimizer('betterTogether', () =>
  betterTogether({
    optimizers: {
      p: bootstrapRandomSearch({ candidates: 1 }),
      f: bootstrapFewShot(),
      s: simba({ batchSize: 4, candidates: 2, steps: 1 }),
    },
    strategy: 'p -> s -> f',
  }),
)

const student = doubler()
const train = doublings(1, 20)
const dev = doublings(100, 8)
const problem = () => ({ train, dev, metric: isRight, model: doublingModel() })

/** A stage that writes down what it was given, and gives what it is told to. */
const witness = (
  seen: SearchRun<never, object, object>[],
  found: (run: SearchRun<never, object, object>) => Partial<Found> = () => ({}),
): Optimizer =>
  // biome-ignore lint/correctness/useYield: it has nothing to tell
  optimization('witness', 0, async function* (run) {
    const shown = run as unknown as SearchRun<never, object, object> // what it looks at is of any types
    seen.push(shown)
    return { state: run.program.state, cut: false, ...found(shown) }
  })

const said = (run: SearchRun<never, object, object>, text: string) => ({
  state: withInstructions(run.program.state, 'hint', text),
})

describe('betterTogether', () => {
  test('runs the optimizers in the order of the strategy, each on what the one before came to', async () => {
    const seen: SearchRun<never, object, object>[] = []
    const together = betterTogether({
      optimizers: { a: witness(seen, run => said(run, 'from a')), b: witness(seen, run => said(run, 'from b')) },
      strategy: 'a -> b -> a',
    })
    const { candidates } = await together.optimize(student, problem())
    expect(seen.map(run => run.program.state.hint?.signature.instructions)).toEqual([
      student.state.hint?.signature.instructions,
      'from a',
      'from b',
    ])
    expect(new Set(candidates.map(({ label }) => label))).toEqual(new Set(['student', 'a', 'a -> b', 'a -> b -> a']))
  })

  test('runs each optimizer once in the order written where there is no strategy', async () => {
    const seen: SearchRun<never, object, object>[] = []
    const running = betterTogether({ optimizers: { a: witness(seen), b: witness(seen) } }).optimize(student, problem())
    const stages: string[] = []
    for await (const event of running) if (event.type === 'round-started') stages.push(event.name)
    expect(stages).toEqual(['a (witness)', 'b (witness)'])
  })

  test('gives the best of the chain, the student before all', async () => {
    const worse = witness([], run => said(run, 'What is twice 1?')) // makes the model answer another question
    const { state, score, baseline } = await betterTogether({ optimizers: { worse } }).optimize(student, problem())
    expect(score).toBe(baseline)
    expect(state).toEqual(student.state)
  })

  test('pays for nothing that a stage before has paid for', async () => {
    const once = () => ({ p: bootstrapRandomSearch({ candidates: 1 }) })
    const single = await betterTogether({ optimizers: once(), shuffle: false }).optimize(student, problem())
    const twice = await betterTogether({ optimizers: once(), shuffle: false, strategy: 'p -> p' }).optimize(
      student,
      problem(),
    )
    const alone = await once().p.optimize(student, problem())
    // The student is zero-shot, and the result of the stage was scored in it.
    expect(single.calls).toBe(alone.calls)
    expect(twice.calls).toBeLessThan(2 * alone.calls)
  })

  test('sets the first tenth of the training rows apart where there is no development set', async () => {
    const seen: SearchRun<never, object, object>[] = []
    const { dev: _, ...rest } = problem()
    await betterTogether({ optimizers: { a: witness(seen) }, shuffle: false }).optimize(student, rest)
    expect(seen[0]?.dev).toEqual(train.slice(0, 2))
    expect(seen[0]?.train).toEqual(train.slice(2))
    await betterTogether({ optimizers: { a: witness(seen) }, devRatio: 0, shuffle: false }).optimize(student, rest)
    expect(seen[1]?.hasDev).toBe(false)
    expect(seen[1]?.scoring).toEqual(train)
  })

  test('gives each stage the training rows in another order, the same for a seed', async () => {
    const orders = async (seed: number) => {
      const seen: SearchRun<never, object, object>[] = []
      const optimizers = { a: witness(seen) }
      await betterTogether({ optimizers, strategy: 'a -> a', seed }).optimize(student, problem())
      return seen.map(run => run.train)
    }
    const [first = [], second = []] = await orders(1)
    expect(first).not.toEqual(second)
    expect(new Set(first)).toEqual(new Set(train))
    expect(await orders(1)).toEqual([first, second])
    expect(await orders(2)).not.toEqual([first, second])
  })

  test('runs a stage on the rows it is shown, whatever their order', async () => {
    const observed: unknown[] = []
    const looker = optimization('looker', 0, async function* (run) {
      const candidate = yield* run.propose('student', run.program.state)
      const observations = yield* run.observe([{ candidate, part: 'train', row: 0 }])
      observed.push([run.train[0], observations?.[0]?.row, observations?.[0]?.trace[0]?.input])
      return { cut: false }
    })
    await betterTogether({ optimizers: { looker }, strategy: 'looker -> looker -> looker' }).optimize(
      student,
      problem(),
    )
    for (const [row, place, input] of observed as [{ question: string }, number, object][]) {
      expect(place).toBe(0)
      expect(input).toEqual({ question: row.question })
    }
    expect(new Set(observed.map(String)).size).toBe(1)
  })

  test('shares the budget evenly among the stages that are left, or as the caller says', async () => {
    const shares = async (budgets: Record<string, { calls: number }>) => {
      const seen: SearchRun<never, object, object>[] = []
      const left: number[] = []
      const measured = witness(seen, run => {
        left.push((run.meter.budget.calls ?? 0) - run.meter.spent.calls)
        return {}
      })
      await betterTogether({ optimizers: { a: measured, b: measured }, budgets }).optimize(student, {
        ...problem(),
        budget: { calls: 117 },
      })
      return left
    }
    const [first = 0, second = 0] = await shares({})
    expect(Math.abs(second - 2 * first)).toBeLessThanOrEqual(1)
    expect((await shares({ a: { calls: 30 } }))[0]).toBe(30)
  })

  test('goes on with the next stage when one has used up its share', async () => {
    const optimizers = { greedy: bootstrapRandomSearch({ candidates: 50 }), labeled: labeledFewShot({ k: 4 }) }
    const { calls, outcome, candidates } = await betterTogether({ optimizers }).optimize(student, {
      ...problem(),
      budget: { calls: 200 },
    })
    expect(calls).toBeLessThanOrEqual(200)
    expect(outcome).toBe('stopped')
    expect(candidates.map(({ label }) => label)).toContain('greedy -> labeled')
  })

  test('passes on what its stages tell, in one tree', async () => {
    const optimizers = { p: bootstrapRandomSearch({ candidates: 1 }), f: bootstrapFewShot() }
    const running = betterTogether({ optimizers }).optimize(student, problem())
    const events: OptimizerEvent[] = []
    for await (const event of running) events.push(event)
    const { proposed } = await running
    const types = events.map(({ type }) => type)
    expect(types.filter(type => type === 'run-started')).toHaveLength(1)
    expect(types).toContain('demo-tried')
    const told = events.flatMap(event => (event.type === 'candidate-proposed' ? [event.candidate.index] : []))
    expect(told).toEqual(proposed.map(({ index }) => index))
    for (const { index, parents = [] } of proposed) for (const parent of parents) expect(parent).toBeLessThan(index)
  })

  test.each([
    ['p -> w -> p', 'w'],
    ['x', 'x'],
    ['p ->', ''],
    ['', ''],
  ])('refuses the strategy "%s" for want of "%s"', (strategy, key) => {
    const make = () => betterTogether({ optimizers: { p: bootstrapFewShot() }, strategy })
    expect(make).toThrow(expect.objectContaining({ code: 'configuration/missing', option: `optimizers.${key}` }))
    if (key === 'w') expect(make).toThrow(/no optimizer of weights/)
  })

  test('refuses an optimizer that ends in another kind of program', () => {
    const { name, optimize } = bootstrapFewShot()
    expect(() => betterTogether({ optimizers: { p: { name, optimize } } })).toThrow(
      expect.objectContaining({ code: 'configuration/invalid', option: 'optimizers.p' }),
    )
  })

  test.each([-0.1, 1, Number.NaN])('refuses the share %d of rows', devRatio => {
    expect(() => betterTogether({ optimizers: { p: bootstrapFewShot() }, devRatio })).toThrow(
      expect.objectContaining({ code: 'configuration/invalid', option: 'devRatio' }),
    )
  })
})
