import { byId, element } from './element.ts'
import { percent } from './numbers.ts'
import type { PageState, Score } from './page-state.ts'

/** The two held-out scores as bars with their intervals. */
export const scoresView = (): ((state: PageState) => void) => {
  const names = byId('after-name', HTMLElement)
  const before = scoreBar('before')
  const after = scoreBar('after')
  return state => {
    const isBusy = state.work !== undefined
    names.textContent = state.program?.origin === 'imported' ? 'Imported' : 'Optimized'
    before(state.before, isBusy, true)
    after(state.after, isBusy, state.program !== undefined)
  }
}

const scoreBar = (which: 'before' | 'after') => {
  const track = byId(`${which}-bar`, HTMLElement)
  const value = byId(`${which}-value`, HTMLElement)
  const button = byId(`measure-${which}`, HTMLButtonElement)
  const fill = element('div', { class: 'fill' })
  const whisker = element('div', { class: 'whisker' })
  track.append(fill, whisker)
  return (score: Score | undefined, isBusy: boolean, isThere: boolean): void => {
    button.disabled = isBusy || !isThere || score !== undefined
    fill.style.width = percentOf(score?.score ?? 0)
    whisker.hidden = score === undefined
    whisker.style.left = percentOf(score?.low ?? 0)
    whisker.style.width = percentOf((score?.high ?? 0) - (score?.low ?? 0))
    if (score) {
      const interval = `${(100 * score.low).toFixed(0)}–${(100 * score.high).toFixed(0)}`
      value.replaceChildren(`${percent(score.score)} `, element('small', {}, `${interval}, n ${score.n}`))
    } else value.textContent = isThere ? 'not measured' : 'no program yet'
  }
}

const percentOf = (part: number): string => `${100 * part}%`
