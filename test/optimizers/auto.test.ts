import { describe, expect, test } from 'vitest'
import { predict } from '../../src/modules/predict.ts'
import { auto } from '../../src/optimizers/auto.ts'
import type { OptimizerEvent } from '../../src/optimizers/optimizer.ts'
import type { LanguageModel, ModelRequest } from '../../src/ports/language-model.ts'
import { textOf } from '../../src/ports/message.ts'
import { scriptedModel } from '../../src/testing/scripted-model.ts'
import { doubler, doublingModel, doublings, isRight } from '../contracts/doubling-task.ts'
import { describeOptimizer } from '../contracts/optimizer-contract.ts'

describeOptimizer('auto', () => auto())

const colors = ['amber', 'jade', 'teal'] as const
const things = ['seal', 'box', 'glass'] as const
/** Whatever is about a thing belongs to its color, which nobody can guess. */
const rows = (from: number, count: number) =>
  Array.from({ length: count }, (_, index) => ({
    note: `Note ${from + index} is about a ${things[index % 3]}.`,
    desk: colors[index % 3] ?? 'amber',
  }))
const sorter = predict("note -> desk: 'amber' | 'jade' | 'teal'")
const isSorted = (row: { readonly desk: string }, { desk }: { readonly desk: string }) => row.desk === desk
const problem = { train: rows(0, 40), dev: rows(100, 30), metric: isSorted }

const promptOf = ({ messages }: ModelRequest): string => messages.map(textOf).join('\n')

/**
 * A model that knows a thing's color only when the instructions say it, and says what it sees where it is asked for better
 * instructions: the rule of each thing whose right color stands in the question.
 */
const sortingModel = (options: { readonly writes?: 'nothing' } = {}) =>
  scriptedModel(request => {
    const prompt = promptOf(request)
    if (prompt.includes('improved_instructions')) {
      const seen = things.flatMap((thing, place) =>
        prompt.includes(`a ${thing}.`) ? `A ${thing} goes to ${colors[place]}.` : [],
      )
      if (options.writes === 'nothing') return 'I would rather not.'
      const text = seen.slice(0, 2).join('\n')
      return `[[ ## diagnosis ## ]]\nColors.\n\n[[ ## improved_instructions ## ]]\n${text}`
    }
    const place = things.findIndex(thing =>
      textOf(request.messages.at(-1) ?? { role: 'user', content: '' }).includes(thing),
    )
    const knows = textOf(request.messages[0] ?? { role: 'user', content: '' }).includes(`goes to ${colors[place]}`)
    return `[[ ## desk ## ]]\n${knows ? colors[place] : 'amber'}`
  })

const eventsOf = async (run: AsyncIterable<OptimizerEvent>): Promise<readonly OptimizerEvent[]> => {
  const events: OptimizerEvent[] = []
  for await (const event of run) events.push(event)
  return events
}

describe('auto', () => {
  test('finds the rules that failures show, and puts those of several proposals together', async () => {
    const run = auto({ maxDemos: 0 }).optimize(sorter, { ...problem, model: sortingModel(), budget: { calls: 150 } })
    const { state, score, baseline, calls } = await run
    const told = state.self?.signature.instructions ?? ''
    // Amber is what the model says anyway.
    expect(told).toContain('A box goes to jade.')
    expect(told).toContain('A glass goes to teal.')
    expect(score).toBeGreaterThan(0.9)
    expect(baseline).toBeLessThan(0.7)
    expect(calls).toBeLessThanOrEqual(150)
  })

  test('stops long before the budget where nothing is left to gain', async () => {
    const { calls, outcome } = await auto({ maxDemos: 0 }).optimize(sorter, {
      ...problem,
      model: sortingModel(),
      budget: { calls: 2_000 },
    })
    expect(outcome).toBe('finished')
    expect(calls).toBeLessThan(500)
  })

  test('with sixty calls it is better already', async () => {
    const { program, baseline = 1 } = await auto().optimize(sorter, {
      ...problem,
      model: sortingModel(),
      budget: { calls: 60 },
    })
    const model = sortingModel()
    const right = await Promise.all(problem.dev.map(async row => (await program.run(row, { model })).desk === row.desk))
    expect(right.filter(Boolean).length / right.length).toBeGreaterThan(baseline)
  })

  test('asks no model that cannot write, and tries the instructions that are given', async () => {
    const inner = sortingModel()
    const model: LanguageModel = { ...inner, capabilities: { writesInstructions: false } }
    const given = things.map((thing, place) => `A ${thing} goes to ${colors[place]}.`).join('\n')
    const { state, score } = await auto().optimize(sorter, {
      ...problem,
      ...{ model, instructions: [given, 'Guess.'], budget: { calls: 200 } },
    })
    expect(inner.calls.some(request => promptOf(request).includes('improved_instructions'))).toBe(false)
    expect(state.self?.signature.instructions).toContain(given)
    expect(score).toBeGreaterThan(0.9)
  })

  test('a prompt model that says nothing of use is told, and demos are searched all the same', async () => {
    const { warnings } = await auto().optimize(sorter, {
      ...problem,
      ...{ model: sortingModel({ writes: 'nothing' }), budget: { calls: 100 } },
    })
    expect(warnings.map(({ code }) => code)).toContain('no-proposals')
  })

  test('gives the student back where nothing is better', async () => {
    const model = scriptedModel(request =>
      promptOf(request).includes('improved_instructions')
        ? '[[ ## diagnosis ## ]]\nHard.\n\n[[ ## improved_instructions ## ]]\nLook closely.'
        : '[[ ## desk ## ]]\namber',
    )
    const { state, score, baseline } = await auto().optimize(sorter, { ...problem, model, budget: { calls: 200 } })
    expect(state).toEqual(sorter.state)
    expect(score).toBe(baseline)
  })

  test('tells rounds, what was written, who runs and who leads, each candidate with where it comes from', async () => {
    const events = await eventsOf(
      auto().optimize(sorter, { ...problem, model: sortingModel(), budget: { calls: 120 } }),
    )
    const types = new Set(events.map(({ type }) => type))
    expect(types).toEqual(
      new Set([
        ...['run-started', 'round-started', 'text-proposed', 'candidate-proposed', 'example-evaluated'],
        ...['candidate-evaluated', 'run-finished'],
        ...(types.has('candidate-dropped') ? ['candidate-dropped'] : []),
        ...(types.has('warning') ? ['warning'] : []),
      ]),
    )
    for (const event of events) {
      if (event.type !== 'candidate-proposed' || event.candidate.label === 'student') continue
      expect(event.candidate.parents?.length).toBeGreaterThan(0)
      expect(event.candidate.change?.paths).toEqual(['self'])
    }
  })

  test('changes every predictor of a program', async () => {
    const { proposed } = await auto().optimize(doubler(), {
      ...{ train: doublings(1, 24), dev: doublings(100, 12), metric: isRight, model: doublingModel() },
      budget: { calls: 300 },
    })
    const changed = new Set(proposed.flatMap(({ change }) => change?.paths ?? []))
    expect(changed).toEqual(new Set(doubler().predictors.map(({ path }) => path)))
  })

  test('takes the time of day as a seed, and refuses one that is no whole number', async () => {
    const { candidates } = await auto({ seed: 1_767_225_600_000 }).optimize(doubler(), {
      ...{ train: doublings(1, 8), metric: isRight, model: doublingModel() },
    })
    expect(candidates.length).toBeGreaterThan(0)
    expect(() => auto({ seed: 2 ** 53 })).toThrow(expect.objectContaining({ option: 'seed' }))
    expect(() => auto({ maxDemos: -1 })).toThrow(expect.objectContaining({ option: 'maxDemos' }))
  })
})
