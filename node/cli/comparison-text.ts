import type { Comparison } from '../../src/evaluation/index.ts'
import type { DifferingRow } from './differing-rows.ts'
import { percent } from './progress.ts'
import type { Figures } from './tally.ts'

/** One program of a comparison: how good it was, and what it took. */
export interface ComparedSide extends Figures {
  readonly program: string
}

export interface ComparisonResult extends Omit<Comparison, 'before' | 'after'> {
  readonly before: ComparedSide
  readonly after: ComparedSide
  readonly differing: readonly DifferingRow[]
  readonly seconds: number
}

/** A comparison for people. */
export const comparisonText = (
  result: ComparisonResult,
  { metric, model }: { readonly metric: string; readonly model: string },
): string => {
  const { before, after, n, difference, low, high, p, wins, losses, ties, differing, seconds } = result
  return [
    line('model', model),
    line('before', before.program),
    line('after', after.program),
    '',
    line(metric, `before ${scoreText(before)}`),
    line('', `after  ${scoreText(after)}`),
    line('difference', `${signed(difference)}  (95 % interval ${signed(low)} to ${signed(high)}; p = ${pText(p)})`),
    line('', verdict(result)),
    line('rows', `${n}: after is better on ${wins}, before on ${losses}, the same on ${ties}`),
    ...(differing.length === 0 ? [] : [line('differ most', differing.map(rowText).join(', '))]),
    '',
    line('cost', `before ${costText(before)}`),
    line('', `after  ${costText(after)}`),
    line('seconds', seconds.toFixed(1)),
    '',
  ].join('\n')
}

const line = (name: string, value: string): string => `${name.padEnd(14)}${value}`

const scoreText = ({ score, low, high, failures }: ComparedSide): string =>
  `${percent(score)}  (95 % interval ${percent(low).trim()} to ${percent(high).trim()}${failures === 0 ? '' : `; ${failures} failed`})`

const costText = ({ calls, cachedCalls, tokens, cost }: ComparedSide): string =>
  `${calls} calls, ${cachedCalls} from the cache; ${tokens.input} tokens in, ${tokens.output} out${cost === undefined ? '' : `; $${cost.toFixed(4)}`}`

/** An interval that holds 0 does not say that the programs are equal. */
const verdict = ({ low, high }: ComparisonResult): string =>
  low > 0 ? 'after is better' : high < 0 ? 'before is better' : 'these rows do not tell which is better'

const signed = (difference: number): string => `${difference > 0 ? '+' : ''}${percent(difference).trim()}`

const pText = (p: number): string => (p < 0.001 ? 'less than 0.001' : p.toFixed(3))

const rowText = ({ row, before, after }: DifferingRow): string => `${row} (${short(before)} to ${short(after)})`

const short = (score: number): string => String(Math.round(score * 100) / 100)
