import { byId, element } from './element.ts'
import type { PageState } from './page-state.ts'
import type { Session } from './session.ts'

/** The user's own text, and what the programs say of it while they say it. */
export const tryView = (session: Session): ((state: PageState) => void) => {
  const form = byId('try-form', HTMLFormElement)
  const text = byId('try-text', HTMLTextAreaElement)
  const ask = byId('try', HTMLButtonElement)
  const answers = byId('answers', HTMLElement)
  const status = byId('try-status', HTMLElement)
  const hint = status.textContent
  form.addEventListener('submit', event => {
    event.preventDefault()
    const places = new Map<string, HTMLElement>()
    answers.replaceChildren()
    answers.setAttribute('aria-busy', 'true')
    const asking = session.ask(text.value, (who, answer) => {
      const place = places.get(who) ?? element('dd')
      if (!places.has(who)) {
        places.set(who, place)
        answers.append(element('div', {}, element('dt', {}, `The program, ${who}`), place))
      }
      place.textContent = answer
    })
    void asking.then(() => answers.setAttribute('aria-busy', 'false'))
  })
  text.addEventListener('keydown', event => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey) && !ask.disabled) form.requestSubmit()
  })
  return ({ work }) => {
    ask.disabled = work !== undefined
    // Far above, the status of the page says more, and says it aloud.
    status.textContent = work ? `${work.about} …` : hint
  }
}
