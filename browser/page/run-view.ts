import { byId, element } from './element.ts'
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
    show(status, statusText({ work, note, run }))
    if (alert.textContent !== (problem ?? '')) {
      alert.textContent = problem ?? ''
      alert.hidden = problem === undefined
      if (problem !== undefined) alert.scrollIntoView({ block: 'nearest' }) // it may be far from what was asked
    }
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

/** What is said aloud, and a count that is only seen: the bar tells it to who asks. */
interface StatusText {
  readonly said: string
  readonly seen?: string
}

/** A region that is read aloud is changed only where its text is another. */
const show = (place: HTMLElement, { said, seen = '' }: StatusText): void => {
  const [text, count] = place.childNodes
  if (text?.textContent === said && count) count.textContent = seen
  else place.replaceChildren(said, element('span', { 'aria-hidden': 'true' }, seen))
}

const statusText = ({ work, note, run }: Pick<PageState, 'work' | 'note' | 'run'>): StatusText => {
  if (work?.total === 0) return { said: `${work.about} …` }
  if (work) return { said: work.about, seen: `: ${work.done} of ${work.total}` }
  return { said: restText({ note, run }) }
}

const restText = ({ note, run }: Pick<PageState, 'note' | 'run'>): string => {
  if (note) return note
  if (run?.status === 'cut') return 'A run was cut short. Continue it: what was answered is not asked again.'
  if (run) return 'Ready. Program and answers are those kept in this browser.'
  return 'Ready. The first run loads the model and its runtime, about 18 MB, from this site.'
}
