import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { predict } from '../../src/modules/predict.ts'
import { withInstructions } from '../../src/search/instructions.ts'
import { scoreTogether } from '../../src/search/score-together.ts'
import { canWin, scoreUntilLost } from '../../src/search/score-until-lost.ts'
import type { SearchEvent } from '../../src/search/search-event.ts'
import { searchRun } from '../../src/search/search-run.ts'
import { scriptedModel } from '../../src/testing/scripted-model.ts'
import { shown } from '../optimizers/obedient-model.ts'

const student = predict('place: int -> score: float')

/** A program for each line of scores: its instructions name the line, and it answers the score of the place it is asked. */
const worldOf = (lines: readonly (readonly number[])[], budget?: number) => {
  const rows = (lines[0] ?? []).map((_, place) => ({ place }))
  const model = scriptedModel(({ messages }) => {
    const line = Number(/line (\d+)\./.exec(JSON.stringify(messages[0]))?.[1])
    const place = Number(/## place ## \]\]\n(\d+)/.exec(shown({ messages }))?.[1])
    return `[[ ## score ## ]]\n${lines[line]?.[place]}`
  })
  const metric = (_: object, prediction: object) => (prediction as { readonly score: number }).score
  const run = searchRun(
    student,
    { ...{ train: rows, metric, model }, ...(budget !== undefined && { budget: { calls: budget } }) },
    { seed: 0, leaving: new AbortController().signal },
  )
  const candidates = lines.map((_, line) => {
    const made = run.propose(`line ${line}`, withInstructions(student.state, 'self', `This is line ${line}.`))
    let step = made.next()
    while (!step.done) step = made.next()
    return step.value
  })
  return { run, candidates, model, all: { part: 'train' as const, rows: [...rows.keys()] } }
}

const drained = async <Result>(steps: AsyncGenerator<SearchEvent, Result, undefined>) => {
  const events: SearchEvent[] = []
  for (let step = await steps.next(); ; step = await steps.next()) {
    if (step.done) return { events, result: step.value }
    events.push(step.value)
  }
}

const mean = (scores: readonly number[]) => scores.reduce((sum, score) => sum + score, 0) / scores.length

describe('scoreUntilLost', () => {
  test('leaves who cannot win, and asks no more about them', async () => {
    const { run, candidates, model, all } = worldOf([
      [1, 1, 1, 1, 1, 1, 0, 1],
      [0, 0, 1, 1, 1, 1, 1, 1],
      [1, 1, 0, 0, 1, 1, 1, 1],
    ])
    const { events, result } = await drained(scoreUntilLost(run, candidates, all))
    expect(result).toBe(true)
    expect(events.flatMap(event => (event.type === 'candidate-dropped' ? [event] : []))).toEqual([
      { type: 'candidate-dropped', candidate: 2, reason: 'After 4 of 8 rows it could no longer beat the best.' },
      { type: 'candidate-dropped', candidate: 1, reason: 'After 2 of 8 rows it could no longer beat the best.' },
    ])
    expect(run.best?.label).toBe('line 0')
    expect(model.calls).toHaveLength(8 + 4 + 2)
  })

  test('finds the same best score as scoring everybody on everything', async () => {
    const lines = fc.integer({ min: 1, max: 9 }).chain(rows =>
      fc.array(fc.array(fc.constantFrom(0, 0.25, 0.5, 1), { minLength: rows, maxLength: rows }), {
        minLength: 1,
        maxLength: 6,
      }),
    )
    await fc.assert(
      fc.asyncProperty(lines, async scores => {
        const { run, candidates, all, model } = worldOf(scores)
        await drained(scoreUntilLost(run, candidates, all))
        expect(run.best?.score).toBe(Math.max(...scores.map(mean)))
        expect(model.calls.length).toBeLessThanOrEqual(scores.length * (scores[0]?.length ?? 0))
      }),
      { numRuns: 60 },
    )
  })

  test('drops nobody where scores go beyond 1', () => {
    expect(canWin([{ score: 2 }], 4, { scores: [1, 1, 1, 1] })).toBe(true)
    expect(canWin([{ score: 0 }], 4, { scores: [2, 2, 2, 2] })).toBe(true)
  })

  test('equal is not better, and the first has nobody to beat', () => {
    expect(canWin([{ score: 0 }], 4, { scores: [1, 1, 1, 0] })).toBe(false)
    expect(canWin([{ score: 0.1 }], 4, { scores: [1, 1, 1, 0] })).toBe(true)
    expect(canWin([], 4, undefined)).toBe(true)
  })

  test('gives up what the budget ends within', async () => {
    const lines = [
      [1, 1, 0, 0],
      [1, 0, 1, 1],
    ]
    const { run, candidates, all } = worldOf(lines, 5)
    const { events, result } = await drained(scoreUntilLost(run, candidates, all))
    expect(result).toBe(false)
    expect(run.candidates.map(({ label }) => label)).toEqual(['line 0'])
    expect(events.at(-1)).toEqual({ type: 'candidate-discarded', label: 'line 1', reason: 'budget' })
  })
})

describe('scoreTogether', () => {
  const lines = [
    [1, 0, 0, 0],
    [1, 1, 0, 0],
    [1, 1, 1, 0],
  ]

  test('scores every candidate on every row, in their order', async () => {
    const { run, candidates } = worldOf(lines)
    const { result } = await drained(scoreTogether(run, candidates))
    expect(result.map(({ label, score }) => `${label}: ${score}`)).toEqual([
      'line 0: 0.25',
      'line 1: 0.5',
      'line 2: 0.75',
    ])
    expect(run.best?.label).toBe('line 2')
  })

  test.each([
    [3, 0],
    [7, 1],
    [11, 2],
    [12, 3],
  ])('within %i calls scores %i of three candidates', async (budget, scored) => {
    const { run, candidates, model } = worldOf(lines, budget)
    const { events, result } = await drained(scoreTogether(run, candidates))
    expect(result).toHaveLength(scored)
    expect(model.calls.length).toBeLessThanOrEqual(budget)
    expect(events.filter(({ type }) => type === 'candidate-discarded')).toHaveLength(scored < 3 ? 1 : 0)
  })
})
