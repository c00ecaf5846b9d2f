// Shows what a model would be asked: edit spam.kkachi or its rows, and the page goes on with them without a reload.
import program, { demos, digest } from './spam.kkachi'

const element = <Kind extends HTMLElement>(id: string): Kind => document.querySelector<Kind>(`#${id}`) as Kind

const show = (): void => {
  const { messages } = program.prompt({ text: element<HTMLInputElement>('mail').value })
  const told = messages.map(({ role, content }) => `--- ${role}\n${typeof content === 'string' ? content : ''}`)
  element('learned').textContent = `${demos} demos, learned ${digest.slice(0, 12)}`
  element('prompt').textContent = told.join('\n\n')
}

element('mail').addEventListener('input', show)
import.meta.hot?.on('vite:afterUpdate', show)
show()
