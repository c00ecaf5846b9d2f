import { describe, expect, test } from 'vitest'
import type { Metric } from '../../src/evaluation/metric.ts'
import { predict } from '../../src/modules/predict.ts'
import { type SimbaOptions, simba } from '../../src/optimizers/simba.ts'
import { textOf } from '../../src/ports/message.ts'
import { instructionsOf } from '../../src/search/instructions.ts'
import { scriptedModel } from '../../src/testing/scripted-model.ts'
import { doubler, doublingModel, doublings, isRight } from '../contracts/doubling-task.ts'
import { describeOptimizer } from '../contracts/optimizer-contract.ts'

describeOptimizer('simba', () => simba({ batchSize: 6, candidates: 3, steps: 3 }))

/** Texts to sort; the model sorts by what the instructions say of their first letter, and else by chance. */
const letters = 'abcd'
const labels = { a: 'north', b: 'south', c: 'east', d: 'west' } as const
const rows = (count: number) =>
  Array.from({ length: count }, (_, index) => {
    const letter = letters[index % 4] as keyof typeof labels
    return { text: `${letter}${index}`, label: labels[letter] }
  })
const sorter = predict('text -> label')
const isSorted = (row: { readonly label: string }, given: { readonly label: string }) => row.label === given.label

/** Answers by rules of the form "a means north" in what it is told, else right one time in two; advises such rules. */
const sortingModel = () =>
  scriptedModel(({ messages, temperature = 0, rolloutId = '' }) => {
    const all = messages.map(textOf)
    const last = all.at(-1) ?? ''
    if (last.includes('advice')) {
      const letter = /It was given:\ntext: "(\w)/.exec(last)?.[1] as keyof typeof labels
      return `[[ ## discussion ## ]]\nGuesses.\n\n[[ ## advice ## ]]\n{"self": "${letter} means ${labels[letter]}."}\n\n[[ ## completed ## ]]`
    }
    const [, letter = 'a', number = '0'] = /text ## \]\]\n(\w)(\d+)/.exec(last) ?? []
    const rule = new RegExp(`${letter} means (\\w+)`).exec(all[0] ?? '')?.[1]
    const lucky = (Number(number) * 7 + rolloutId.length * 3 + Number(rolloutId.at(-1) ?? 0) * 5) % 2 === 0
    const guess = temperature > 0 && lucky ? labels[letter as keyof typeof labels] : 'nowhere'
    return `[[ ## label ## ]]\n${rule ?? guess}\n\n[[ ## completed ## ]]`
  })

const options: SimbaOptions = { batchSize: 8, candidates: 4, steps: 6, maxDemos: 0 }

describe('simba', () => {
  test('makes advice of rows whose runs differ, and adds it up', async () => {
    const { state, score, baseline, proposed } = await simba({ ...options, steps: 8 }).optimize(sorter, {
      ...{ train: rows(16), metric: isSorted, model: sortingModel() },
    })
    expect(baseline).toBe(0)
    expect(score).toBeGreaterThanOrEqual(0.5)
    expect(instructionsOf(state, 'self')).toMatch(/means \w+\.\n\n\w means/)
    const advised = proposed.filter(({ change }) => change?.by === 'advice')
    expect(advised.length).toBeGreaterThan(4)
    for (const { parents, change } of advised) {
      expect(parents).toHaveLength(1)
      expect(change).toEqual({ by: 'advice', paths: ['self'], parts: ['instructions'] })
    }
  })

  test('makes demos of the best run of a row', async () => {
    const { proposed } = await simba({ batchSize: 6, candidates: 3, steps: 3 }).optimize(doubler(), {
      ...{ train: doublings(1, 16), metric: isRight, model: doublingModel() },
    })
    const shown = proposed.filter(({ change }) => change?.by === 'bootstrap')
    expect(shown.length).toBeGreaterThan(0)
    for (const { state } of shown) {
      expect(state.hint?.demos.at(-1)).toMatchObject({ augmented: true, hint: 'Add it to itself.' })
      expect(state['steps[0].predict']?.demos.at(-1)).toMatchObject({ augmented: true })
    }
  })

  test('never holds more demos than it may', async () => {
    const { proposed } = await simba({ batchSize: 6, candidates: 3, steps: 8, maxDemos: 2 }).optimize(doubler(), {
      ...{ train: doublings(1, 16), metric: isRight, model: doublingModel() },
    })
    expect(Math.max(...proposed.map(({ state }) => state.hint?.demos.length ?? 0))).toBe(2)
  })

  test('shortens long inputs of demos', async () => {
    const { proposed } = await simba({ batchSize: 6, candidates: 3, steps: 1, demoInputLength: 4 }).optimize(
      doubler(),
      { train: doublings(1, 16), metric: isRight, model: doublingModel() },
    )
    const shown = proposed.flatMap(({ state }) => state.hint?.demos ?? [])
    expect(shown.length).toBeGreaterThan(0)
    for (const { question } of shown) expect(question).toMatch(/^Wha.*left out/)
  })

  test('runs each row of a batch so many times at temperature 1, the first by the teacher where there is one', async () => {
    const model = sortingModel()
    const stronger = sortingModel()
    await simba({ ...options, steps: 1, teacher: { model: stronger } }).optimize(sorter, {
      ...{ train: rows(8), metric: isSorted, model },
    })
    expect(stronger.calls).toHaveLength(8)
    const sampled = model.calls.filter(({ rolloutId }) => rolloutId?.startsWith('sample'))
    expect(sampled).toHaveLength(3 * 8)
    expect(new Set(sampled.map(({ temperature }) => temperature))).toEqual(new Set([1]))
  })

  test('takes the training set as the batch where it is smaller', async () => {
    const { outcome, score } = await simba({ steps: 4, maxDemos: 0 }).optimize(sorter, {
      ...{ train: rows(4), metric: isSorted, model: sortingModel() },
    })
    expect(outcome).toBe('finished')
    expect(score).toBe(1)
  })

  test('chooses among the winners on the development set', async () => {
    const { score, candidates, proposed } = await simba(options).optimize(sorter, {
      ...{ train: rows(16), dev: rows(40).slice(16), metric: isSorted, model: sortingModel() },
    })
    expect(candidates.length).toBeLessThanOrEqual(1 + (options.candidates ?? 0))
    expect(candidates.length).toBeLessThan(proposed.length)
    for (const { scores } of candidates) expect(scores).toHaveLength(24)
    expect(score).toBe(candidates[0]?.score)
  })

  test('says which programs lost to the winner of their batch', async () => {
    const running = simba({ ...options, steps: 1 }).optimize(sorter, {
      ...{ train: rows(16), metric: isSorted, model: sortingModel() },
    })
    const reasons: string[] = []
    for await (const event of running) if (event.type === 'candidate-dropped') reasons.push(event.reason)
    expect(reasons.length).toBeGreaterThan(0)
    expect(reasons[0]).toMatch(/^it scored [\d.]+ on the 8 rows of the batch, and candidate \d+ [\d.]+$/)
  })

  test.each([
    ['always 0', () => 0],
    ['always 1', () => 1],
  ] as [string, Metric][])('gives the student back for a metric that is %s, and makes nothing', async (_, metric) => {
    const { state, proposed, warnings } = await simba(options).optimize(sorter, {
      ...{ train: rows(16), metric, model: sortingModel() },
    })
    expect(state).toEqual(sorter.state)
    expect(proposed).toHaveLength(1)
    expect(warnings.map(({ code }) => code)).toContain('constant-metric')
  })

  test('counts a run for nothing where the metric throws', async () => {
    const metric = (row: { readonly text: string; readonly label: string }, given: { readonly label: string }) => {
      if (row.text === 'a0') throw new Error('no judgement')
      return row.label === given.label
    }
    const { score, warnings } = await simba(options).optimize(sorter, {
      ...{ train: rows(16), metric, model: sortingModel() },
    })
    expect(score).toBeGreaterThan(0)
    expect(warnings.map(({ code }) => code)).toContain('failed-examples')
  })

  test('learns from demos alone where the prompt model cannot write, and tries what the caller wrote', async () => {
    const model = { ...sortingModel(), capabilities: { writesInstructions: false } }
    const { proposed, score } = await simba({ ...options, maxDemos: 4, steps: 2 }).optimize(sorter, {
      ...{ train: rows(16), metric: isSorted, model },
      instructions: ['a means north, b means south, c means east, d means west.'],
    })
    expect(new Set(proposed.map(({ change }) => change?.by))).not.toContain('advice')
    expect(proposed.map(({ label }) => label)).toContain('given instructions 1')
    expect(score).toBe(1)
  })

  test('tries only what the caller wrote where it has neither demos nor advice, and says so', async () => {
    const model = { ...sortingModel(), capabilities: { writesInstructions: false } }
    const { proposed, score, calls, warnings } = await simba(options).optimize(sorter, {
      ...{ train: rows(16), metric: isSorted, model },
      instructions: ['a means north, b means south.', 'a means north, b means south, c means east, d means west.'],
    })
    expect(proposed.map(({ label }) => label)).toEqual(['student', 'given instructions 1', 'given instructions 2'])
    expect(score).toBe(1)
    expect(calls).toBe(3 * 16)
    expect(warnings.map(({ code }) => code)).toContain('without-effect')
  })

  test('is an error where all it has is a prompt model of no use', async () => {
    const silent = scriptedModel(() => 'No.')
    const optimizing = simba(options).optimize(sorter, {
      ...{ train: rows(16), metric: isSorted, model: sortingModel(), promptModel: silent },
    })
    await expect(optimizing).rejects.toMatchObject({ code: 'optimization/no-proposal', optimizer: 'simba' })
  })

  test('takes smaller batches near the end of a budget, and scores the winner', async () => {
    const { outcome, calls, candidates } = await simba(options).optimize(sorter, {
      ...{ train: rows(16), metric: isSorted, model: sortingModel(), budget: { calls: 100 } },
    })
    expect(calls).toBeLessThanOrEqual(100)
    expect(outcome).toBe('stopped')
    expect(candidates.length).toBeGreaterThan(1)
  })

  test.each([
    ['batchSize', 0],
    ['candidates', 0],
    ['steps', -1],
    ['maxDemos', 0.5],
    ['demoInputLength', 0],
    ['samplingTemperature', 0],
    ['candidateTemperature', Number.NaN],
    ['seed', -1],
  ])('refuses %s: %d', (option, value) => {
    expect(() => simba({ [option]: value })).toThrow(expect.objectContaining({ code: 'configuration/invalid', option }))
  })
})
