import { byId, element } from './element.ts'
import { percent } from './numbers.ts'
import type { CandidateRow, PageState, RunRecord } from './page-state.ts'
import { scoreChart } from './score-chart.ts'

/** The candidates of the run: a chart and a table that grow with it; one that is scored again has its last score. */
export const candidatesView = (): ((state: PageState) => void) => {
  const chart = byId('chart', HTMLElement)
  const table = byId('candidates', HTMLTableElement)
  const none = byId('no-candidates', HTMLElement)
  let shown: RunRecord['candidates'] | undefined
  return ({ run }) => {
    const candidates = run?.candidates ?? []
    if (shown === candidates) return
    shown = candidates
    none.hidden = candidates.length > 0
    table.hidden = candidates.length === 0
    chart.replaceChildren(...(candidates.length > 0 ? [scoreChart(candidates, run?.settings.calls ?? 0)] : []))
    const latest = [...new Map(candidates.map(candidate => [candidate.index, candidate])).values()]
    const best = bestOf(latest)
    table.tBodies[0]?.replaceChildren(...latest.map((candidate, at) => row(candidate, at, candidate === best)))
  }
}

const row = ({ label, score, calls }: CandidateRow, at: number, isBest: boolean): HTMLTableRowElement =>
  element(
    'tr',
    isBest ? { class: 'chosen' } : {},
    element('td', {}, String(at + 1)),
    element('td', {}, isBest ? `${nameOf(label)} (best)` : nameOf(label)),
    element('td', {}, percent(score)),
    element('td', {}, String(calls)),
  )

/** The optimizer's names in the words of this page. */
const nameOf = (label: string): string => ({ student: 'as written', demos: 'with examples' })[label] ?? label

/** The earlier where they tie, as the optimizer has it. */
const bestOf = (candidates: readonly CandidateRow[]): CandidateRow | undefined =>
  candidates.reduce<CandidateRow | undefined>(
    (best, next) => (best === undefined || next.score > best.score ? next : best),
    undefined,
  )
