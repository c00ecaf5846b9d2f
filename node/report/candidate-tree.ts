import { type Html, html } from '../../src/data/index.ts'
import type { Candidate, ScoredCandidate } from '../../src/optimizers/index.ts'

/** Candidates that are shown, at most. */
const mostShown = 200
/** Levels below which nothing is moved further to the right. */
const deepest = 10

export interface TreeOptions {
  /** All that was proposed, by index. */
  readonly proposed: readonly Candidate[]
  readonly scored: readonly ScoredCandidate[]
  /** Why candidates are out, by index. */
  readonly dropped: ReadonlyMap<number, string>
  /** The candidate that became the result, by index. */
  readonly chosen: number | undefined
}

/** What came of what: each candidate under the first of those it was made of, with its change and its score. */
export const candidateTree = (options: TreeOptions): Html => {
  const { proposed, chosen, dropped } = options
  const scored = latestScores(options.scored)
  const children = new Map<number | undefined, Candidate[]>()
  for (const candidate of proposed) {
    const [parent] = candidate.parents ?? []
    const known = parent !== undefined && parent < candidate.index ? parent : undefined
    children.set(known, [...(children.get(known) ?? []), candidate])
  }
  const rows: { readonly candidate: Candidate; readonly depth: number }[] = []
  const stack = (children.get(undefined) ?? []).toReversed().map(candidate => ({ candidate, depth: 0 }))
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    const { candidate, depth } = next
    rows.push(next)
    for (const child of (children.get(candidate.index) ?? []).toReversed())
      stack.push({ candidate: child, depth: depth + 1 })
  }
  const shown =
    rows.length <= mostShown ? rows : rows.filter(({ candidate }) => scored.has(candidate.index)).slice(0, mostShown)
  return html`<ol class="tree">${shown.map(({ candidate, depth }) =>
    row(candidate, depth, { score: scored.get(candidate.index), isChosen: candidate.index === chosen, dropped }),
  )}</ol>${shown.length < rows.length ? html`<p class="soft">${rows.length - shown.length} candidates that were not scored, or came last, are not shown.</p>` : html``}`
}

/** The last score of each candidate: some are scored on more rows after they were scored on a few. */
export const latestScores = (scored: readonly ScoredCandidate[]): ReadonlyMap<number, ScoredCandidate> => {
  const latest = new Map<number, ScoredCandidate>()
  for (const one of scored.toSorted((a, b) => a.calls - b.calls || a.scores.length - b.scores.length))
    latest.set(one.index, one)
  return latest
}

const row = (
  { index, label, parents = [], change }: Candidate,
  depth: number,
  {
    score,
    isChosen,
    dropped,
  }: {
    readonly score: ScoredCandidate | undefined
    readonly isChosen: boolean
    readonly dropped: TreeOptions['dropped']
  },
): Html => {
  const reason = dropped.get(index)
  const also = parents.slice(1)
  const said = [
    ...(also.length === 0 ? [] : [`and of ${also.join(', ')}`]),
    ...(change === undefined
      ? []
      : [`${label.includes(change.by) ? '' : `${change.by}: `}${change.parts.join(', ')}${whereOf(change.paths)}`]),
    ...(reason === undefined ? [] : [`out: ${reason}`]),
  ]
  const state = isChosen ? 'chosen' : score === undefined ? 'unscored' : ''
  return html`<li class="${state}" style="--depth:${Math.min(depth, deepest)}"><span class="number">${index}</span><span class="what"><b>${label}</b>${said.length === 0 ? html`` : html` <small>${said.join('; ')}</small>`}</span>${
    score === undefined
      ? html`<span class="value"><small>${reason === undefined ? 'no score' : 'out'}</small></span>`
      : html`<span class="value" title="${percent(score.low)} to ${percent(score.high)}, on ${score.scores.length} rows, after ${score.calls} calls">${percent(score.score)}<span class="track"><span class="fill" style="width:${clamped(score.score)}%"></span></span></span>`
  }</li>`
}

const whereOf = (paths: readonly string[]): string => {
  const named = paths.filter(path => path !== 'self')
  return named.length === 0 ? '' : ` of ${named.join(', ')}`
}

const percent = (score: number): string => `${(100 * score).toFixed(1)} %`

const clamped = (score: number): number => Math.min(100, Math.max(0, 100 * score))
