import { canonicalJson } from '../../src/data/index.ts'
import type { Adapter, Example } from '../../src/index.ts'
import { promptOf } from '../report/prompt-of.ts'
import type { Gain, Score } from './held-out-test.ts'
import type { Optimized } from './optimize-program.ts'
import type { AnyProgram } from './program-from-flags.ts'
import { percent } from './progress.ts'

export interface Summary extends Optimized {
  /** US dollars, where the price of the model is known. */
  readonly cost: number | undefined
  readonly out: string
  readonly report: string | undefined
}

/** The end of an optimization, for programs and for people. */
export const optimizationSummary = {
  /** The last line of `--json`. */
  asResult: (summary: Summary): Readonly<Record<string, unknown>> => ({
    type: 'result',
    outcome: summary.result.outcome,
    before: summary.before,
    after: summary.after,
    ...(summary.result.gain && { gain: gainOf(summary.result.gain) }),
    ...(summary.heldOut && { testBefore: summary.heldOut.before ?? null, test: summary.heldOut.after ?? null }),
    ...(summary.heldOut?.gain && { testGain: summary.heldOut.gain }),
    ...(summary.regressions && { regressions: regressionsOf(summary.regressions) }),
    warnings: summary.warnings,
    promptTokens: summary.result.promptTokens,
    calls: summary.calls,
    cachedCalls: summary.cachedCalls,
    tokens: summary.tokens,
    ...(summary.cost === undefined ? {} : { cost: summary.cost }),
    seconds: summary.seconds,
    out: summary.out,
    report: summary.report,
  }),

  /** Scores, cost, one prompt before and after, and where things were written. */
  asText: (
    summary: Summary,
    {
      student,
      sample,
      adapter,
      metric,
    }: {
      readonly student: AnyProgram
      readonly sample: Example
      readonly adapter: Adapter | undefined
      readonly metric: string
    },
  ): string =>
    [
      '',
      ...(summary.heldOut
        ? scoreLines(`${metric}, held-out test set`, summary.heldOut.before, summary.heldOut.after)
        : []),
      ...scoreLines(`${metric}, development set`, summary.before, summary.after, summary.chosenBy),
      ...(summary.regressions ? [regressionLine(summary.regressions), ''] : []),
      ...(isUnchanged(summary, student) ? ['Nothing that was tried did better: the program is as it was.', ''] : []),
      ...warningLines(summary.warnings),
      promptLine(summary.result.promptTokens),
      `search    ${summary.calls} calls, ${summary.cachedCalls} from the cache; ${summary.tokens.input} tokens in, ${summary.tokens.output} out; ${summary.cost === undefined ? '' : `$${summary.cost.toFixed(4)}; `}${summary.seconds.toFixed(1)} s`,
      '',
      ...(isUnchanged(summary, student)
        ? promptLines('the prompt', promptOf(student, sample, adapter))
        : [
            ...promptLines('the prompt before', promptOf(student, sample, adapter)),
            ...promptLines('the prompt after', promptOf(summary.result.program, sample, adapter)),
          ]),
      `program   ${summary.out}`,
      ...(summary.report === undefined ? [] : [`report    ${summary.report}`]),
      '',
    ].join('\n'),
}

const gainOf = ({ n, difference, low, high, p }: Gain): Gain => ({ n, difference, low, high, p })

type Regressions = NonNullable<Summary['regressions']>

/** Rows are counted from 1, as the lines of a file are. */
const regressionsOf = ({ rows, failing }: Regressions) => ({
  rows,
  failing: failing === undefined ? null : failing.map(place => place + 1),
})

const regressionLine = ({ rows, failing }: Regressions): string =>
  failing === undefined
    ? `${rows} regression examples: not scored, the budget ended`
    : `${rows} regression examples: ${failing.length === 0 ? 'all are right now' : `${failing.length} still wrong`}`

const warningLines = (warnings: Summary['warnings']): string[] =>
  warnings.length === 0 ? [] : [...warnings.map(({ message }) => `! ${message}`), '']

const promptLine = ({ before, after }: Summary['result']['promptTokens']): string =>
  `prompt    about ${before} tokens a call before, ${after} after`

const isUnchanged = ({ result }: Summary, student: AnyProgram): boolean =>
  canonicalJson(result.state) === canonicalJson(student.state)

const scoreLines = (what: string, before: Score | undefined, after: Score | undefined, rows = after?.n): string[] => [
  what,
  `  before  ${scoreText(before, rows)}`,
  `  after   ${scoreText(after, rows)}`,
  ...(before !== undefined && after !== undefined && after.low > before.high ? ['  the intervals do not overlap'] : []),
  '',
]

const scoreText = (score: Score | undefined, rows = score?.n): string =>
  score === undefined
    ? 'not scored: the budget ended'
    : `${percent(score.score)}  (95 % interval ${percent(score.low).trim()} to ${percent(score.high).trim()}, ${score.n === rows ? `n = ${score.n}` : `estimated, n = ${score.n}`})`

/** Long prompts are shown by their beginning and end. */
const promptLines = (title: string, prompt: readonly { readonly role: string; readonly text: string }[]): string[] => {
  const lines = prompt.flatMap(({ role, text }) =>
    text.split('\n').map((line, index) => `${(index === 0 ? role : '').padEnd(10)}│ ${line}`),
  )
  const shown =
    lines.length <= 40
      ? lines
      : [...lines.slice(0, 24), `${' '.repeat(10)}│ … ${lines.length - 36} lines …`, ...lines.slice(-12)]
  return [`── ${title} ${'─'.repeat(Math.max(0, 60 - title.length))}`, ...shown, '']
}
