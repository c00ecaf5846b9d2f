import { type Html, html } from '../../src/data/index.ts'
import { type Adapter, chat, type Example, type Module } from '../../src/index.ts'
import type { Score } from '../cli/held-out-test.ts'
import type { Optimized } from '../cli/optimize-program.ts'
import { writeAtomically } from '../write-atomically.ts'
import { type PromptTurn, predictorPrompt } from './prompt-of.ts'
import { reportStyle } from './report-style.ts'
import { scoreChart } from './score-chart.ts'

export interface ReportOptions extends Optimized {
  readonly optimizer: string
  readonly metric: string
  readonly model: string
  readonly seed: number
  readonly adapter: Adapter | undefined
  readonly student: Module<Example, Example>
  /** A row to show the prompts with. */
  readonly sample: Example
}

/** Writes the report of an optimization: one HTML file that needs nothing else. */
export const writeReport = (file: string, options: ReportOptions): Promise<void> =>
  writeAtomically(file, reportHtml(options))

/** The report as text. */
export const reportHtml = (options: ReportOptions): string => {
  const { result, before, after, heldOut, metric } = options
  const title = `${options.optimizer}: ${heldOut?.after ? headline(heldOut.before, heldOut.after) : headline(before, after)}`
  return html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>${title}</title><style>${{ html: reportStyle }}</style></head><body><main>
<h1>${title}</h1>
<p class="lead">${metric} of ${options.model}, seed ${options.seed}. Thin marks show 95 % intervals.</p>
${heldOut ? scoreCard('Held-out test set', heldOut.before, heldOut.after) : html``}
${scoreCard('Development set', before, after)}
<h2>Score over calls</h2>
<div class="card">${scoreChart(result.candidates)}</div>
<h2>Candidates</h2>
<div class="card">${candidateTable(options)}</div>
<h2>What it cost</h2>
<div class="card">${facts(options)}</div>
<h2>The prompt before and after</h2>
<div class="card">${prompts(options)}</div>
</main></body></html>
`.html
}

const headline = (before: Score | undefined, after: Score | undefined): string =>
  after === undefined
    ? 'no score'
    : `${before === undefined ? '' : `${percent(before.score)} to `}${percent(after.score)}`

const percent = (score: number): string => `${(100 * score).toFixed(1)} %`

const scoreCard = (title: string, before: Score | undefined, after: Score | undefined): Html =>
  html`<h2>${title}</h2><div class="card bars">${bar('before', before)}${bar('after', after)}</div>`

const bar = (name: string, score: Score | undefined): Html =>
  score === undefined
    ? html`<div>${name}</div><div class="track"></div><div class="value">not scored: the budget ended</div>`
    : html`<div>${name}</div><div class="track ${name}"><div class="fill" style="width:${100 * score.score}%"></div><div class="whisker" style="left:${100 * score.low}%;width:${100 * (score.high - score.low)}%"></div></div><div class="value"><b>${percent(score.score)}</b> <small>${percent(score.low)} to ${percent(score.high)}, n = ${score.n}</small></div>`

const candidateTable = ({ result }: ReportOptions): Html =>
  html`<table><thead><tr><th>#</th><th>what it is</th><th>score</th><th>95 % interval</th><th>failed</th><th>calls so far</th></tr></thead><tbody>
${result.candidates.map((candidate, rank) => html`<tr class="${rank === 0 ? 'chosen' : ''}"><td>${candidate.index + 1}</td><td>${candidate.label}</td><td>${percent(candidate.score)}</td><td>${percent(candidate.low)} to ${percent(candidate.high)}</td><td>${candidate.failures}</td><td>${candidate.calls}</td></tr>`)}
</tbody></table>`

const facts = ({ calls, cachedCalls, tokens, seconds, result }: ReportOptions): Html => {
  const list = [
    ['calls', `${calls}, and ${cachedCalls} from the cache`],
    ['tokens', `${tokens.input} in, ${tokens.output} out`],
    ['time', `${seconds.toFixed(1)} s`],
    ['ended', result.outcome],
  ] as const
  return html`<dl class="facts">${list.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`
}

const prompts = ({ result, student, sample, adapter = chat }: ReportOptions): Html => {
  const pairs = result.program.predictors.map((predictor, index) => ({
    path: predictor.path,
    before: student.predictors[index],
    after: predictor,
  }))
  return html`${pairs.map(({ path, before, after }) => {
    const name = path === 'self' ? '' : ` of ${path}`
    return html`<details open><summary>before${name}</summary>${before === undefined ? html`` : turns(predictorPrompt(before, sample, adapter))}</details>
<details open><summary>after${name}: ${after.state.demos.length} demos</summary>${turns(predictorPrompt(after, sample, adapter))}</details>`
  })}`
}

const turns = (prompt: readonly PromptTurn[]): Html =>
  html`${prompt.map(({ role, text }) => html`<div class="turn ${role}"><div class="role">${role}</div><pre>${text}</pre></div>`)}`
