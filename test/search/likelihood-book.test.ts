import { describe, expect, test } from 'vitest'
import { ModelError } from '../../src/errors/model-error.ts'
import { predict } from '../../src/modules/predict.ts'
import type { ModelRequest } from '../../src/ports/language-model.ts'
import { withDemos } from '../../src/search/demos.ts'
import { type LikelihoodAsk, likelihoodBook } from '../../src/search/likelihood-book.ts'
import type { Problem } from '../../src/search/problem.ts'
import { searchRun } from '../../src/search/search-run.ts'
import { scriptedModel } from '../../src/testing/scripted-model.ts'

const student = predict('text -> label')
const train = ['one', 'two', 'three'].map(text => ({ text, label: 'a' }))
const dev = [{ text: 'four', label: 'b' }, { text: 'five' }]
const shown = withDemos(student.state, () => [{ text: 'two', label: 'a' }])

/** Likelier with every message. */
const model = () => scriptedModel([], { score: ({ messages }) => Math.log(messages.length / 8) })

const opened = (problem: Partial<Problem>) => {
  const given = { train, dev, metric: () => true, model: model(), ...problem }
  const run = searchRun(student, given, { seed: 0, leaving: new AbortController().signal })
  return { run, book: likelihoodBook(run) }
}

const [plain, demos] = [student.state, shown].map(
  state =>
    (row: number, part: 'train' | 'dev' = 'train'): LikelihoodAsk => ({ state, part, row }),
) as [(row: number, part?: 'train' | 'dev') => LikelihoodAsk, (row: number, part?: 'train' | 'dev') => LikelihoodAsk]

describe('the likelihoods of a run', () => {
  test.each([1, 8])(
    'are probabilities in the order of the asks, the own demo left out, at concurrency %i',
    async concurrency => {
      const { book } = opened({ concurrency })
      const asks = [plain(0), demos(0), plain(1), demos(1), demos(0, 'dev'), demos(1, 'dev')]
      expect((await book?.observe(asks))?.map(one => Number(one.toFixed(6)))).toEqual([0.25, 0.5, 0.25, 0.25, 0.5, NaN])
    },
  )

  test('are asked state by state, and paid for once', async () => {
    const scoring = model()
    const { book, run } = opened({ model: scoring, concurrency: 1 })
    const asks = [plain(0), demos(0), plain(2), demos(2), plain(0)]
    const first = await book?.observe(asks)
    expect(scoring.scored.map(({ request }) => request.messages.length)).toEqual([2, 2, 4, 4])
    expect(run.meter.spent.calls).toBe(4)
    expect(await book?.observe(asks)).toEqual(first)
    expect(run.meter.spent.calls).toBe(4)
  })

  test('count for nothing where the budget ends within them', async () => {
    const { book, run } = opened({ budget: { calls: 3 } })
    expect(await book?.observe([plain(0), plain(1)])).toEqual([0.25, 0.25])
    expect(await book?.observe([plain(2), demos(2)])).toBeUndefined()
    expect(run.meter.spent.calls).toBeLessThanOrEqual(3)
  })

  test('are 0 where the model refuses the prompt, and throw where it refuses everything', async () => {
    const failing = (code: 'model/context-window' | 'model/authentication') =>
      scriptedModel([], {
        score: (_: ModelRequest) => {
          throw new ModelError(code, 'No.', { model: 'scripted' })
        },
      })
    expect(await opened({ model: failing('model/context-window') }).book?.observe([plain(0)])).toEqual([0])
    await expect(opened({ model: failing('model/authentication') }).book?.observe([plain(0)])).rejects.toMatchObject({
      code: 'model/authentication',
    })
  })

  test('are not there where the model scores nothing', () => {
    expect(opened({ model: scriptedModel([]) }).book).toBeUndefined()
  })
})
