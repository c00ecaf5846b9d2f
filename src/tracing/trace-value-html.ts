import { type Html, html } from '../data/html.ts'

/** A value of a trace as HTML: messages as turns, fields by their names, texts as they are, everything else as indented JSON. */
export const traceValueHtml = (value: unknown): Html => {
  if (typeof value === 'string') return html`<pre>${value}</pre>`
  if (Array.isArray(value) && value.length > 0 && value.every(isTurn)) return html`${value.map(turnHtml)}`
  if (isFields(value)) {
    return html`${Object.entries(value).map(([name, field]) => html`<div class="field">${name}</div>${html`<pre>${typeof field === 'string' ? field : (JSON.stringify(field, null, 2) ?? '')}</pre>`}`)}`
  }
  return html`<pre>${JSON.stringify(value, null, 2) ?? ''}</pre>`
}

const isFields = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length > 0

/** A message with a role, or a completion with its text. */
interface Turn {
  readonly role?: unknown
  readonly finishReason?: unknown
  readonly content?: unknown
  readonly text?: unknown
}

const isTurn = (value: unknown): value is Turn =>
  typeof value === 'object' &&
  value !== null &&
  (('role' in value && 'content' in value) || ('text' in value && 'finishReason' in value))

const turnHtml = (turn: Turn): Html => {
  const { role, content, text, finishReason, ...rest } = turn
  const said = role === undefined ? text : content
  const more = Object.keys(rest).length > 0 ? html`<pre>${JSON.stringify(rest, null, 2)}</pre>` : html``
  const ended = finishReason === undefined || finishReason === 'stop' ? '' : `ended by ${String(finishReason)}`
  return html`<div class="turn"><div class="role">${role === undefined ? ended || 'answer' : String(role)}</div>${
    said === '' || said === undefined
      ? html``
      : html`<pre>${typeof said === 'string' ? said : (JSON.stringify(said, null, 2) ?? '')}</pre>`
  }${more}</div>`
}
