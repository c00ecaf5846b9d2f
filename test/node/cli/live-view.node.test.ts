import { describe, expect, test } from 'vitest'
import { budgetText } from '../../../node/cli/budget-text.ts'
import { liveView } from '../../../node/cli/live-view.ts'
import { progressOn } from '../../../node/cli/progress.ts'
import { sparkline } from '../../../node/cli/sparkline.ts'
import { testTerminal } from './test-terminal.ts'

type Event = Parameters<ReturnType<typeof liveView>>[0]

const state = {}
const proposed = (index: number, label: string, parents: readonly number[] = []): Event => ({
  type: 'candidate-proposed',
  candidate: { index, label, state, parents },
})
const scored = (index: number, label: string, score: number, calls: number) => ({
  ...{ index, label, state, score, low: score, high: score, scores: [score], failures: 0, calls },
})
const evaluated = (
  index: number,
  label: string,
  score: number,
  calls: number,
  best = { index, label, score },
): Event => ({
  type: 'candidate-evaluated',
  candidate: scored(index, label, score, calls),
  best: scored(best.index, best.label, best.score, calls),
})

const started: Event = { type: 'run-started', optimizer: 'gepa', seed: 3, train: 9, dev: 5, budget: {} }
const student = { index: 0, label: 'student', score: 0.5 }
const events: readonly Event[] = [
  started,
  proposed(0, 'student'),
  evaluated(0, 'student', 0.5, 10),
  { type: 'round-started', name: 'depth', round: 0, of: 3 },
  { type: 'proposal-failed', about: 'instructions', error: 'No field.' },
  proposed(1, 'reflection\u001b[31m', [0]),
  { type: 'example-evaluated', candidate: 1, finished: 2, total: 5 },
  { type: 'candidate-dropped', candidate: 1, reason: 'It lost to 0.' },
  proposed(2, 'merge', [0, 1]),
  evaluated(2, 'merge', 0.4, 20, student),
  evaluated(2, 'merge', 0.3, 25, student),
  evaluated(2, 'merge', 0.9, 30),
  { type: 'candidate-discarded', label: 'last', reason: 'budget' },
  { type: 'warning', code: 'little-data', message: 'Five rows are few.' },
]

/** What a terminal shows after all that was written to it: each line by its last writing. */
const screen = (written: string): readonly string[] =>
  written.split('\n').map(line => (line.split('\r').at(-1) ?? '').replaceAll('\u001b[K', ''))

describe('the live view of an optimization', () => {
  test('is a line for each candidate in a pipe, with what it was made of, and nothing that moves the cursor', () => {
    const terminal = testTerminal()
    const view = liveView(progressOn(terminal), terminal)
    for (const event of events) view(event)
    expect(
      terminal
        .stderr()
        .split('\n')
        .map(line => line.trimEnd()),
    ).toEqual([
      'gepa: 9 training rows, 5 development rows, seed 3',
      '    0  student                             50.0 %  after 10 calls  best so far',
      '       no instructions: No field.',
      '    1  reflection [31m, from 0               out  It lost to 0.',
      '    2  merge, from 0 and 1                 40.0 %  after 20 calls',
      '    2  merge, from 0 and 1                 90.0 %  after 30 calls  best so far',
      '       last: the budget ended within it',
      '! Five rows are few.',
      '',
    ])
  })

  test('keeps the bar under the lines on a terminal, with what is left and how the best grew', () => {
    const terminal = testTerminal({ isInteractive: true, columns: 120 })
    let now = 0
    const progress = progressOn(terminal, () => (now += 1_000))
    const view = liveView(progress, terminal, () => '70 calls left')
    for (const event of events) view(event)
    view({ type: 'example-evaluated', candidate: 2, finished: 1, total: 4 })
    expect(screen(terminal.stderr()).at(-1)).toBe(
      '██████░░░░░░░░░░░░░░░░░░ 1/4  depth 1 of 3: merge  best 90.0 %  70 calls left  ▁▁▁▁▁▁▁▁▁▁▁█',
    )
    progress.clear()
    expect(screen(terminal.stderr()).at(-1)).toBe('')
  })

  test.each([10, 20, 40, 60, 80])('never wraps the bar in %i columns', columns => {
    const terminal = testTerminal({ isInteractive: true, columns })
    let now = 0
    const view = liveView(
      progressOn(terminal, () => (now += 1_000)),
      terminal,
      () => '123456 calls, 12M tokens left',
    )
    for (const event of events) {
      view(event)
      expect(screen(terminal.stderr()).at(-1)?.length).toBeLessThan(columns)
    }
  })

  test('never empties a line before it is drawn anew', () => {
    const terminal = testTerminal({ isInteractive: true })
    const view = liveView(progressOn(terminal), terminal)
    for (const event of events) view(event)
    expect(terminal.stderr()).not.toContain('\u001b[2K')
    const emptied = terminal.stderr().split('\r\u001b[K').slice(1)
    expect(emptied.filter(after => after !== '')).toEqual([])
  })

  test('has colors where they are wanted, and only ASCII where nothing else is', () => {
    const colored = testTerminal({ isInteractive: true, color: true })
    const view = liveView(progressOn(colored), colored)
    for (const event of events) view(event)
    expect(colored.stderr()).toContain('\u001b[32mbest so far\u001b[0m')
    expect(colored.stderr()).not.toContain('\u001b[31m')
    const plain = testTerminal({ isInteractive: true, unicode: false, columns: 120 })
    const progress = progressOn(plain)
    progress.show(1, 2, 'half')
    expect(plain.stderr()).toBe('\r############............ 1/2  half\u001b[K')
  })
})

describe('the sparkline', () => {
  const grown = [
    { calls: 10, score: 0.2 },
    { calls: 20, score: 0.6 },
    { calls: 50, score: 0.4 },
  ]

  test('shows how the best score grew over the calls', () => {
    expect(sparkline(grown, { width: 8, unicode: true })).toBe('▁████████'.slice(0, 8))
    expect(sparkline(grown, { width: 4, unicode: false })).toBe('####')
  })

  test('is empty before anything grew', () => {
    expect(sparkline([], { width: 8, unicode: true })).toBe('')
    expect(sparkline(grown.slice(0, 1), { width: 8, unicode: true })).toBe('')
  })
})

describe('what is left of a budget', () => {
  const spent = { calls: 12, tokens: 1_500, usd: 0.256, seconds: 65.2 }
  test.each([
    [{}, undefined],
    [{ calls: 20 }, '8 calls left'],
    [{ calls: 10 }, '0 calls left'],
    [{ calls: 20, tokens: 2_000, usd: 1, seconds: 100 }, '8 calls, 500 tokens, $0.74, 0:35 left'],
    [{ tokens: 2_000_000 }, '2.0M tokens left'],
    [{ tokens: 60_000 }, '58k tokens left'],
    [{ seconds: 700 }, '10:35 left'],
  ])('%j', (budget, text) => {
    expect(budgetText(budget, spent)).toBe(text)
  })
})
