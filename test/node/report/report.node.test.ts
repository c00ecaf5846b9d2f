import { describe, expect, test } from 'vitest'
import { optimizeProgram } from '../../../node/cli/optimize-program.ts'
import type { AnyProgram } from '../../../node/cli/program-from-flags.ts'
import { candidateTree } from '../../../node/report/candidate-tree.ts'
import { type ReportOptions, reportHtml } from '../../../node/report/write-report.ts'
import { bootstrapRandomSearch, exactMatch, predict } from '../../../src/index.ts'
import { withDemos } from '../../../src/search/demos.ts'
import { withInstructions } from '../../../src/search/instructions.ts'
import { scriptedModel } from '../../../src/testing/index.ts'

const program = predict('text -> label') as AnyProgram
const rows = (from: number) =>
  Array.from({ length: 8 }, (_, index) => ({ text: `row ${from + index} <b>"bold"</b>`, label: 'a & b' }))
const hostile = '<script>alert(1)</script>'

const options = async (): Promise<ReportOptions> => {
  const model = scriptedModel(({ messages }) => `[[ ## label ## ]]\n${messages.length > 2 ? 'a & b' : 'no'}`)
  const done = await optimizeProgram(
    {
      ...{
        program,
        train: rows(0),
        dev: rows(100),
        test: rows(200),
        optimizer: bootstrapRandomSearch({ candidates: 1 }),
      },
      ...{ metric: { name: 'exact-match', metric: exactMatch(), needsLabels: true }, promptModel: undefined },
      ...{ instructions: [], regressions: [0, 3], budget: {}, context: { model }, concurrency: 4, seed: 0 },
    },
    { onEvent: () => {}, onFound: async () => {}, onTest: () => {} },
  )
  return {
    ...done,
    ...{ optimizer: hostile, metric: hostile, model: hostile, seed: 0, adapter: undefined, student: program },
    ...{ dev: rows(100), cost: 0.5, warnings: [...done.warnings, { code: 'little-data', message: hostile }] },
  }
}

describe('the report of an optimization', () => {
  test('has the warnings, the scores, the candidates, the cost and what changed, and asks for no other file', async () => {
    const page = reportHtml(await options())
    for (const title of ['Before you trust it', 'Held-out test set', 'Development set', 'Regression examples'])
      expect(page).toContain(title)
    for (const title of [
      'Score over calls',
      'Candidates',
      'What it cost',
      'What changed in the prompt',
      'whole prompt',
    ])
      expect(page).toContain(title)
    expect(page).toContain('All 2 rows that the earlier program got wrong are right now.')
    expect(page).toContain('$0.5000')
    expect(page).toMatch(/points row by row on 8 rows/)
    expect(page).toMatch(/about \d+ tokens a call/)
    expect(page).not.toMatch(/(?:src|href)=|https?:|@import|url\(/)
  })

  test('escapes all text, whoever wrote it', async () => {
    const given = await options()
    const state = withInstructions(
      withDemos(program.state, () => [{ text: hostile, label: hostile }]),
      'self',
      hostile,
    )
    const result = { ...given.result, state, program: program.withState(state) }
    const dropped = new Map([[0, hostile]])
    const page = reportHtml({ ...given, result, dropped, regressions: { rows: 2, failing: [0] } })
    expect(page).not.toContain('<script')
    expect(page).not.toContain('<b>"bold"')
    expect(page).toContain('&lt;script&gt;')
  })

  test('says what was not scored', async () => {
    const given = await options()
    const page = reportHtml({
      ...{ ...given, warnings: [], before: undefined, heldOut: { before: undefined, after: undefined } },
      regressions: { rows: 2, failing: undefined },
    })
    expect(page).toContain('not scored: the budget ended')
    expect(page).toContain('They were not scored: the budget ended.')
    expect(page).not.toContain('Before you trust it')
  })
})

describe('the tree of candidates', () => {
  const candidate = (index: number, parents: readonly number[], label = `candidate ${index}`) => ({
    ...{ index, label, parents, state: program.state },
    change: { by: 'reflection', paths: ['hop.predict'], parts: ['instructions'] as const },
  })
  const scored = (index: number, score: number, calls: number) => ({
    ...candidate(index, []),
    ...{ score, low: score, high: score, scores: [score], failures: 0, calls },
  })

  test('shows each under what it was made of, with its last score, and why it is out', () => {
    const proposed = [candidate(0, []), candidate(1, [0]), candidate(2, [0]), candidate(3, [1, 2])]
    const { html } = candidateTree({
      proposed,
      scored: [scored(1, 0.9, 5), scored(1, 0.7, 9)],
      dropped: new Map([[2, 'It lost.']]),
      chosen: 1,
    })
    expect(html.match(/candidate \d/g)).toEqual(['candidate 0', 'candidate 1', 'candidate 3', 'candidate 2'])
    expect(html.match(/--depth:\d/g)).toEqual(['--depth:0', '--depth:1', '--depth:2', '--depth:1'])
    expect(html).toContain('70.0 %')
    expect(html).not.toContain('90.0 %')
    expect(html).toContain('and of 2; reflection: instructions of hop.predict')
    expect(html).toContain('out: It lost.')
    expect(html).toMatch(/class="chosen"[^>]*><span class="number">1</)
  })

  test('stays short for a thousand candidates in a line', () => {
    const proposed = Array.from({ length: 1_000 }, (_, index) => candidate(index, index === 0 ? [] : [index - 1]))
    const { html } = candidateTree({ proposed, scored: [scored(999, 1, 9)], dropped: new Map(), chosen: 999 })
    expect(html).toContain('999 candidates that were not scored')
    expect(html.match(/<li/g)).toHaveLength(1)
  })
})
