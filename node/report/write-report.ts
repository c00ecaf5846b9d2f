import { canonicalJson, type Html, html } from '../../src/data/index.ts'
import { type Adapter, chat, type Example, type Module } from '../../src/index.ts'
import type { Score } from '../cli/held-out-test.ts'
import type { Optimized } from '../cli/optimize-program.ts'
import { writeAtomically } from '../write-atomically.ts'
import { candidateTree, latestScores } from './candidate-tree.ts'
import { costFacts } from './cost-facts.ts'
import { frontChart } from './front-chart.ts'
import { promptChanges } from './prompt-changes.ts'
import { type PromptTurn, predictorPrompt } from './prompt-of.ts'
import { reportStyle } from './report-style.ts'
import { scoreBars } from './score-bars.ts'
import { scoreChart } from './score-chart.ts'

export interface ReportOptions extends Optimized {
  readonly optimizer: string
  readonly metric: string
  readonly model: string
  readonly seed: number
  readonly adapter: Adapter | undefined
  readonly student: Module<Example, Example>
  /** The rows that were chosen by: the first shows the prompts. */
  readonly dev: readonly Example[]
  /** US dollars, where the prices are known. */
  readonly cost: number | undefined
}

/** Regression examples that are shown. */
const failuresShown = 10

/** Writes the report of an optimization: one HTML file that needs nothing else. */
export const writeReport = (file: string, options: ReportOptions): Promise<void> =>
  writeAtomically(file, reportHtml(options))

/** The report as text. */
export const reportHtml = (options: ReportOptions): string => {
  const { result, before, after, heldOut, metric, warnings, student } = options
  const title = `${options.optimizer}: ${heldOut?.after ? headline(heldOut.before, heldOut.after) : headline(before, after)}`
  return html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>${title}</title><style>${{ html: reportStyle }}</style></head><body><main>
<h1>${title}</h1>
<p class="lead">${metric} of ${options.model}, seed ${options.seed}. Thin marks show 95 % intervals.</p>
${warnings.length === 0 ? html`` : html`<div class="card warnings"><h2>Before you trust it</h2><ul>${warnings.map(({ message }) => html`<li>${message}</li>`)}</ul></div>`}
${heldOut ? scoreBars('Held-out test set', heldOut.before, heldOut.after, heldOut.gain) : html``}
${scoreBars('Development set', before, after, result.gain, options.chosenBy)}
${regressions(options)}
<h2>Score over calls</h2>
<div class="card">${scoreChart(options.history)}</div>
<h2>Candidates</h2>
<p class="note">Each stands under what it was made of. Gray ones have no score: they fell out before, or the budget ended.</p>
<div class="card">${candidateTree({ proposed: result.proposed, scored: result.candidates, dropped: options.dropped, chosen: chosenOf(options) })}</div>
${front(options)}
<h2>What it cost, and what it costs</h2>
<div class="card">${costFacts(options)}</div>
<h2>What changed in the prompt</h2>
<div class="card">${promptChanges(student, result.program)}</div>
<h2>The whole prompt</h2>
<div class="card">${prompts(options)}</div>
</main></body></html>
`.html
}

const headline = (before: Score | undefined, after: Score | undefined): string =>
  after === undefined
    ? 'no score'
    : `${before === undefined ? '' : `${percent(before.score)} to `}${percent(after.score)}`

const percent = (score: number): string => `${(100 * score).toFixed(1)} %`

/** The candidate that became the result, by index. */
const chosenOf = ({ result }: ReportOptions): number | undefined => {
  const wanted = canonicalJson(result.state)
  const of = (candidates: readonly { readonly index: number; readonly state: typeof result.state }[]) =>
    candidates.find(({ state }) => canonicalJson(state) === wanted)?.index
  return of([...latestScores(result.candidates).values()]) ?? of(result.proposed)
}

const regressions = ({ regressions, dev }: ReportOptions): Html => {
  if (regressions === undefined) return html``
  const { rows, failing } = regressions
  const said =
    failing === undefined
      ? 'They were not scored: the budget ended.'
      : failing.length === 0
        ? `All ${rows} rows that the earlier program got wrong are right now.`
        : `${failing.length} of ${rows} rows that the earlier program got wrong are still wrong:`
  const shown = (failing ?? []).slice(0, failuresShown)
  return html`<h2>Regression examples</h2><div class="card"><p>${said}</p>${shown.length === 0 ? html`` : html`<ol class="demos">${shown.map(place => html`<li><code>${JSON.stringify(dev[place] ?? {})}</code></li>`)}</ol>`}${(failing?.length ?? 0) > shown.length ? html`<p class="soft">and ${(failing?.length ?? 0) - shown.length} more</p>` : html``}</div>`
}

const front = ({ result: { front } }: ReportOptions): Html =>
  front.length < 2
    ? html``
    : html`<h2>Score against the length of the prompt</h2>
<p class="note">Every other candidate is beaten by one of these, which is no longer.</p>
<div class="card">${frontChart(front)}<div class="wide"><table><thead><tr><th>#</th><th>what it is</th><th>score</th><th>95 % interval</th><th>tokens a call</th></tr></thead><tbody>
${front.map(({ candidate, label, score, low, high, promptTokens }) => html`<tr><td>${candidate}</td><td>${label}</td><td>${percent(score)}</td><td>${percent(low)} to ${percent(high)}</td><td>${promptTokens}</td></tr>`)}
</tbody></table></div></div>`

const prompts = ({ result, student, dev, adapter = chat }: ReportOptions): Html => {
  const sample = dev[0] ?? {}
  return html`${result.program.predictors.map((after, index) => {
    const name = after.path === 'self' ? '' : ` of ${after.path}`
    const before = student.predictors[index]
    return html`<details><summary>before${name}</summary>${before === undefined ? html`` : turns(predictorPrompt(before, sample, adapter))}</details>
<details><summary>after${name}: ${after.state.demos.length} demos</summary>${turns(predictorPrompt(after, sample, adapter))}</details>`
  })}`
}

const turns = (prompt: readonly PromptTurn[]): Html =>
  html`${prompt.map(({ role, text }) => html`<div class="turn ${role}"><div class="role">${role}</div><pre>${text}</pre></div>`)}`
