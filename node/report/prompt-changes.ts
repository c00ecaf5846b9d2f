import { canonicalJson, type Html, html } from '../../src/data/index.ts'
import type { Demo, Example, Module, Predictor } from '../../src/index.ts'
import { wordDiff } from './word-diff.ts'

/** Demos of one kind that are shown whole. */
const demosShown = 8

/** What every predictor says otherwise than before: instructions, descriptions, code word by word, and demos. */
export const promptChanges = (student: Module<Example, Example>, program: Module<Example, Example>): Html =>
  html`${program.predictors.map((after, index) => {
    const before = student.predictors[index] ?? after
    const parts = [
      textChange('instructions', before.signature.instructions, after.signature.instructions),
      ...descriptionChanges(before, after),
      textChange('code', codeOf(before), codeOf(after)),
      demoChanges(before.state.demos, after.state.demos),
    ].filter(part => part !== undefined)
    const name = after.path === 'self' ? html`` : html`<h3>${after.path}</h3>`
    return html`${name}${parts.length === 0 ? html`<p class="soft">Nothing of it changed.</p>` : parts}`
  })}`

const textChange = (what: string, before: string, after: string): Html | undefined =>
  before === after
    ? undefined
    : html`<h4>${what}</h4><pre class="diff">${wordDiff(before, after).map(({ kind, text }) =>
        kind === 'same' ? html`${text}` : kind === 'added' ? html`<ins>${text}</ins>` : html`<del>${text}</del>`,
      )}</pre>`

const descriptionChanges = (before: Predictor, after: Predictor): readonly (Html | undefined)[] => {
  const names = [...after.signature.inputs, ...after.signature.outputs].map(field => field.name)
  return after.state.signature.fields.map(({ description }, index) => {
    const old = before.state.signature.fields[index]?.description
    return old === undefined
      ? undefined
      : textChange(`description of ${names[index] ?? `field ${index + 1}`}`, old, description)
  })
}

const codeOf = ({ state }: Predictor): string => (typeof state.module_src === 'string' ? state.module_src : '')

const demoChanges = (before: readonly Demo[], after: readonly Demo[]): Html | undefined => {
  const [old, now] = [before.map(keyOf), after.map(keyOf)]
  const removed = before.filter((_, index) => !now.includes(old[index] ?? ''))
  const added = after.filter((_, index) => !old.includes(now[index] ?? ''))
  if (removed.length === 0 && added.length === 0) return undefined
  const kept = after.length - added.length
  return html`<h4>demos: ${after.length}, of which ${added.length} new and ${kept} kept${removed.length === 0 ? '' : `; ${removed.length} gone`}</h4>
${demoList('added', added)}${demoList('removed', removed)}`
}

const keyOf = (demo: Demo): string => canonicalJson(demo)

const demoList = (kind: 'added' | 'removed', demos: readonly Demo[]): Html =>
  demos.length === 0
    ? html``
    : html`<ol class="demos ${kind}">${demos.slice(0, demosShown).map(demo => html`<li>${demoFields(demo)}</li>`)}</ol>${demos.length > demosShown ? html`<p class="soft">and ${demos.length - demosShown} more</p>` : html``}`

const demoFields = (demo: Demo): Html =>
  html`<dl>${Object.entries(demo)
    .filter(([name]) => name !== 'augmented')
    .map(
      ([name, value]) =>
        html`<dt>${name}</dt><dd>${typeof value === 'string' ? value : (JSON.stringify(value) ?? '')}</dd>`,
    )}</dl>`
