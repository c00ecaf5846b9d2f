import { describe, expect, test } from 'vitest'
import { predict } from '../../src/modules/predict.ts'
import type { LanguageModel } from '../../src/ports/language-model.ts'
import type { Candidate } from '../../src/search/candidate.ts'
import { withDemos } from '../../src/search/demos.ts'
import type { Ask } from '../../src/search/observation.ts'
import { searchRun } from '../../src/search/search-run.ts'
import { scriptedModel } from '../../src/testing/scripted-model.ts'
import { modelOver } from '../inference/scripted-network.ts'

const student = predict('text -> label')
const train = Array.from({ length: 4 }, (_, row) => ({ text: `row ${row}`, label: 'a' }))
const says = '[[ ## label ## ]]\na\n\n[[ ## completed ## ]]'

const candidate = (index: number): Candidate => ({
  ...{ index, label: `candidate ${index}`, parents: [] },
  state: withDemos(student.state, () => [{ text: `shown by ${index}`, label: 'a' }]),
})
const candidates = Array.from({ length: 6 }, (_, index) => candidate(index))

/** All candidates on one row, then all on the next: as far apart as can be. */
const asks = train.flatMap((_, row): Ask[] => candidates.map(one => ({ candidate: one, part: 'train', row })))

const observed = async (model: LanguageModel, concurrency = 1) => {
  const run = searchRun(
    student,
    { train, metric: () => true, model, concurrency },
    { seed: 0, leaving: new AbortController().signal },
  )
  const work = run.observe(asks)
  for (;;) {
    const step = await work.next()
    if (step.done) return step.value ?? []
  }
}

describe('the runs of one step', () => {
  test('begin candidate by candidate, each with the number of messages that its prompts share', async () => {
    const model = scriptedModel(() => says)
    await observed(model)
    const beginnings = model.calls.map(({ messages, sharedMessages }) => {
      expect(sharedMessages).toBe(3) // system, and one demo
      return JSON.stringify(messages.slice(0, sharedMessages))
    })
    const changes = beginnings.filter((beginning, place) => beginning !== beginnings[place - 1])
    expect([beginnings.length, new Set(beginnings).size, changes.length]).toEqual([24, 6, 6])
  })

  test.each([1, 3, 64])('come back in the order of the asks, at concurrency %i', async concurrency => {
    const observations = await observed(
      scriptedModel(() => says),
      concurrency,
    )
    expect(observations.map(({ candidate, row }) => [candidate, row])).toEqual(
      asks.map(({ candidate, row }) => [candidate.index, row]),
    )
  })

  test.each([1, 8])('compute each beginning once on a local model, at concurrency %i', async concurrency => {
    const { model, networks } = modelOver({ answer: () => says })
    await observed(model, concurrency)
    const tokens = networks.flatMap(({ steps }) => steps).reduce((sum, one) => sum + one, 0)
    const prompts = networks.flatMap(({ asked }) => asked)
    const unshared = prompts.reduce((sum, prompt) => sum + prompt.length, 0)
    const answers = asks.length * (says.length + 1)
    // Of the prompts little more than a beginning for each candidate, and a question for each run.
    expect(tokens - answers).toBeLessThan(unshared / 2)
  })
})

describe('a step that the budget does not hold', () => {
  const twoSteps = async (calls: number) => {
    const model = scriptedModel(() => says)
    const run = searchRun(
      student,
      { train, metric: () => true, model, budget: { calls } },
      { seed: 0, leaving: new AbortController().signal },
    )
    const finish = async (work: ReturnType<typeof run.observe>) => {
      for (;;) {
        const step = await work.next()
        if (step.done) return step.value?.length
      }
    }
    const ofFirst = asks.filter(ask => ask.candidate.index === 0)
    return {
      observed: [await finish(run.observe(ofFirst)), await finish(run.observe(asks))],
      calls: model.calls.length,
    }
  }

  test('is not begun once it is known that every row takes a call', async () => {
    expect(await twoSteps(23)).toEqual({ observed: [4, undefined], calls: 4 })
    expect(await twoSteps(24)).toEqual({ observed: [4, 24], calls: 24 })
  })

  test('is begun while nothing is known', async () => {
    expect(await twoSteps(3)).toEqual({ observed: [undefined, undefined], calls: 3 })
  })
})
