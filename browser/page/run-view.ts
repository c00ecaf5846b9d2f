import { byId } from './element.ts'
import { count, duration } from './numbers.ts'
import type { PageState, RunStatus } from './page-state.ts'

/** The form of a run, how far it is, and what it has spent. */
export const runView = (): ((state: PageState) => void) => {
  const [optimize, stop] = [byId('optimize', HTMLButtonElement), byId('stop', HTMLButtonElement)]
  const [calls, seed] = [byId('calls', HTMLInputElement), byId('seed', HTMLInputElement)]
  const progress = byId('progress', HTMLProgressElement)
  const status = byId('status', HTMLElement)
  const alert = byId('alert', HTMLElement)
  const facts = ['calls', 'cached', 'tokens', 'time'].map(name => byId(`fact-${name}`, HTMLElement))

  return ({ settings, run, work, spending, note, problem }) => {
    const isBusy = work !== undefined
    for (const control of [optimize, calls, seed]) control.disabled = isBusy
    stop.disabled = !isBusy
    if (document.activeElement !== calls) calls.value = String(settings.calls)
    if (document.activeElement !== seed) seed.value = String(settings.seed)
    optimize.textContent = run && !isBusy ? again[run.status] : 'Optimize'
    if (work && work.total === 0) progress.removeAttribute('value')
    else progress.value = work ? work.done / work.total : 0
    status.textContent = statusText({ work, note, run })
    alert.hidden = problem === undefined
    alert.textContent = problem ?? ''
    const told = spending
      ? [count(spending.calls), count(spending.cached), count(spending.tokens), duration(spending.seconds)]
      : []
    for (const [at, fact] of facts.entries()) fact.textContent = told[at] ?? '–'
  }
}

const again: Readonly<Record<RunStatus, string>> = {
  running: 'Optimize',
  cut: 'Continue',
  stopped: 'Continue',
  failed: 'Try again',
  finished: 'Optimize again',
}

const statusText = ({ work, note, run }: Pick<PageState, 'work' | 'note' | 'run'>): string => {
  if (work) return work.total === 0 ? `${work.about} …` : `${work.about}: ${work.done} of ${work.total}`
  if (note) return note
  if (run?.status === 'cut') return 'A run was cut short. Continue it: what was answered is not asked again.'
  if (run) return 'Ready. Program and answers are those kept in this browser.'
  return 'Ready. The first run loads the model and its runtime, about 18 MB, from this site.'
}
