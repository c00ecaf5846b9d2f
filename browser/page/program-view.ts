import { parseJson } from '../../src/data/index.ts'
import { byId, element } from './element.ts'
import type { KeptProgram, PageState } from './page-state.ts'

/** What the kept program learned: its instructions and its examples. */
export const programView = (): ((state: PageState) => void) => {
  const summary = byId('program-summary', HTMLElement)
  const place = byId('program', HTMLElement)
  const [save, load] = [byId('export', HTMLButtonElement), byId('import', HTMLButtonElement)]
  const forget = byId('forget', HTMLButtonElement)
  let shown: KeptProgram | undefined
  return ({ program, work }) => {
    save.disabled = program === undefined
    load.disabled = work !== undefined
    forget.disabled = work !== undefined
    if (shown === program && summary.textContent !== '') return
    shown = program
    if (!program) {
      summary.textContent = 'Nothing learned yet.'
      place.replaceChildren()
      return
    }
    const { instructions, demos } = learned(program.file)
    const found = program.origin === 'imported' ? 'Imported' : 'Found by the optimizer'
    summary.textContent = `${found}: the instructions, and ${demos.length} ${demos.length === 1 ? 'example' : 'examples'} to show.`
    place.replaceChildren(element('p', { class: 'quote' }, instructions), ...(demos.length > 0 ? [table(demos)] : []))
  }
}

type Demo = Readonly<Record<string, unknown>>

const table = (demos: readonly Demo[]): HTMLTableElement =>
  element(
    'table',
    { class: 'demos' },
    element(
      'thead',
      {},
      element('tr', {}, element('th', { scope: 'col' }, 'text'), element('th', { scope: 'col' }, 'label')),
    ),
    element(
      'tbody',
      {},
      ...demos.map(({ text, label }) =>
        element('tr', {}, element('td', {}, String(text ?? '')), element('td', {}, String(label ?? ''))),
      ),
    ),
  )

/** The parts of a program file that the page shows; the file was checked when it was kept. */
const learned = (file: string): { readonly instructions: string; readonly demos: readonly Demo[] } => {
  const found: unknown = parseJson(file)
  const { demos, signature } = isObject(found) ? found : {}
  const instructions = isObject(signature) ? signature.instructions : ''
  return { instructions: String(instructions ?? ''), demos: Array.isArray(demos) ? demos.filter(isObject) : [] }
}

const isObject = (value: unknown): value is Demo => typeof value === 'object' && value !== null && !Array.isArray(value)
