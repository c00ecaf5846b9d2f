import { describe, expect, test } from 'vitest'
import { bootstrapFewShot } from '../../src/optimizers/bootstrap-few-shot.ts'
import { bootstrapRandomSearch } from '../../src/optimizers/bootstrap-random-search.ts'
import { labeledFewShot } from '../../src/optimizers/labeled-few-shot.ts'
import type { OptimizerEvent } from '../../src/optimizers/optimizer.ts'
import { doubler, doublingModel, doublings, isRight } from '../contracts/doubling-task.ts'

const train = doublings(1, 16)
const dev = doublings(100, 24)
const problem = { train, dev, metric: isRight }
const codes = (warnings: readonly { readonly code: string }[]) => warnings.map(({ code }) => code)

describe('a result is honest', () => {
  test('about what its prompt weighs, and which candidates are worth their length', async () => {
    const result = await bootstrapRandomSearch({ candidates: 4 }).optimize(doubler(), {
      ...problem,
      model: doublingModel(),
    })
    const { before, after } = result.promptTokens
    expect(after).toBeGreaterThan(before)
    const { front } = result
    expect(front.length).toBeGreaterThan(0)
    expect(front[0]?.promptTokens).toBe(before)
    expect(front.at(-1)?.score).toBe(result.score)
    expect(front.map(({ score }) => score)).toEqual(front.map(({ score }) => score).toSorted((a, b) => a - b))
  })

  test('about its gain, paired on the rows that both were scored on', async () => {
    const result = await bootstrapFewShot().optimize(doubler(), { ...problem, model: doublingModel() })
    expect(result.gain).toMatchObject({ n: 24, before: result.baseline, after: result.score })
    const noise = result.warnings.some(({ code }) => code === 'gain-within-noise')
    expect(noise).toBe((result.gain?.low ?? 1) <= 0)
  })

  test('about a metric that always says the same', async () => {
    const result = await bootstrapFewShot().optimize(doubler(), {
      ...{ train, dev, metric: () => 0 },
      model: doublingModel(),
    })
    expect(codes(result.warnings)).toContain('constant-metric')
    expect(result.gain).toBeUndefined()
  })

  test('about rows in both parts and few of them before anything is asked, about failures at the end', async () => {
    const shared = [...doublings(100, 4), ...doublings(3, 2)]
    const model = doublingModel()
    const events: OptimizerEvent[] = []
    const run = labeledFewShot().optimize(doubler(), {
      ...{ train, dev: shared, model },
      metric: (row, prediction) => {
        if (row.question.includes('102')) throw new Error('The metric cannot read this.')
        return isRight(row, prediction)
      },
    })
    for await (const event of run) {
      if (event.type === 'warning' && event.code === 'little-data') expect(model.calls).toEqual([])
      events.push(event)
    }
    const { warnings } = await run
    expect(codes(warnings).slice(0, 2)).toEqual(['shared-rows', 'little-data'])
    expect(warnings.find(({ code }) => code === 'failed-examples')?.message).toContain(
      'the first was row 3 of dev: The metric cannot read this.',
    )
    expect(events.filter(({ type }) => type === 'warning')).toMatchObject(warnings)
  })

  test('the same over a journal and at every concurrency', async () => {
    const run = async (concurrency: number) => {
      const { promptTokens, front, gain, warnings } = await bootstrapRandomSearch({ candidates: 2 }).optimize(
        doubler(),
        {
          ...{ ...problem, model: doublingModel(concurrency), concurrency },
        },
      )
      return { promptTokens, front, gain, warnings }
    }
    expect(await run(64)).toEqual(await run(1))
  })
})
