import { type Html, html } from '../../src/data/index.ts'
import type { Gain, Score } from '../cli/held-out-test.ts'

/** Two scores as bars with their intervals, and what the gain is worth. */
export const scoreBars = (
  title: string,
  before: Score | undefined,
  after: Score | undefined,
  gain: Gain | undefined,
  rows = after?.n,
): Html =>
  html`<h2>${title}</h2><div class="card"><div class="bars">${bar('before', before, rows)}${bar('after', after, rows)}</div>${gain === undefined ? html`` : html`<p class="gain">${gainText(gain)}</p>`}</div>`

/** A score on another number of rows is what the optimizer reckons. */
const bar = (name: string, score: Score | undefined, rows: number | undefined): Html =>
  score === undefined
    ? html`<div>${name}</div><div class="track"></div><div class="value">not scored: the budget ended</div>`
    : html`<div>${name}</div><div class="track ${name}"><div class="fill" style="width:${share(score.score)}%"></div><div class="whisker" style="left:${share(score.low)}%;width:${share(score.high) - share(score.low)}%"></div></div><div class="value"><b>${percent(score.score)}</b> <small>${percent(score.low)} to ${percent(score.high)}, ${score.n === rows ? '' : 'estimated, '}n = ${score.n}</small></div>`

/** Row by row, which sees smaller differences than the two intervals do. */
const gainText = ({ difference, low, high, p, n }: Gain): string =>
  `${signed(difference)} points row by row on ${n} rows; the 95 % interval is ${signed(low)} to ${signed(high)}, p ${p < 0.001 ? '< 0.001' : `= ${p.toFixed(3)}`}.`

const signed = (difference: number): string => `${difference > 0 ? '+' : ''}${(100 * difference).toFixed(1)}`

const share = (score: number): number => Math.round(1_000 * Math.min(1, Math.max(0, score))) / 10

const percent = (score: number): string => `${(100 * score).toFixed(1)} %`
