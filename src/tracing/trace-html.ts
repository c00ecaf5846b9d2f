import { type Html, html } from '../data/html.ts'
import { addUsage, noUsage, type Usage } from '../data/usage.ts'
import { dollars, duration, tokens } from './amounts.ts'
import { fieldsLine, fitted } from './shown-text.ts'
import type { Trace, TraceSpan } from './trace.ts'
import { type TraceRow, traceRows } from './trace-rows.ts'
import { traceStyle } from './trace-style.ts'
import { traceValueHtml } from './trace-value-html.ts'

export interface TraceHtmlOptions {
  /** What the page is called; by the first span when absent. */
  readonly title?: string
  /** The language of the page's own words is English; this says in which the content is (`lang`), `en` when absent. */
  readonly language?: string
}

/** Rows inside each other that are open at first, and those with a failure inside. */
const openLevels = 3

/**
 * A trace as one HTML page that needs nothing else: no script, no font, no address; light or dark as the reader likes it.
 *
 * Every text is escaped, and the page forbids itself to load or run anything.
 *
 * @example
 * await writeFile('trace.html', traceHtml(tracer.trace))
 */
export const traceHtml = (trace: Trace, { title, language = 'en' }: TraceHtmlOptions = {}): string => {
  const [first] = trace.spans
  const name = title ?? (first ? `Trace of ${first.kind} ${first.name}` : 'An empty trace')
  const totalMs = Math.max(1e-6, ...everySpan(trace.spans).map(({ startMs, ms = 0 }) => startMs + ms))
  const rows = traceRows(trace.spans)
  return html`<!doctype html>
<html lang="${language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${name}</title><style>${{ html: traceStyle }}</style></head><body><main>
<h1>${name}</h1>
<p class="lead">${summary(trace, totalMs)}</p>
<div class="card">${rows.length === 0 ? html`<div class="more"><span>Nothing ran.</span></div>` : rows.map(row => rowHtml(row, 0, totalMs))}${omitted(trace.omitted, 0)}</div>
</main></body></html>
`.html
}

const everySpan = (spans: readonly TraceSpan[]): readonly TraceSpan[] =>
  spans.flatMap(span => [span, ...everySpan(span.children)])

const summary = ({ startedAt, spans }: Trace, totalMs: number): string => {
  if (startedAt === undefined) return 'No span was started.'
  const usage = spans.reduce((sum: Usage, span) => addUsage(sum, span.usage ?? noUsage), noUsage)
  const usd = spans.map(span => span.usd).filter(one => one !== undefined)
  const calls = usage.calls + usage.cachedCalls
  return [
    new Date(startedAt).toISOString().replace('T', ' ').replace('Z', ' UTC'),
    duration(totalMs),
    ...(calls > 0
      ? [
          `${calls} ${calls === 1 ? 'call' : 'calls'}${usage.cachedCalls > 0 ? `, ${usage.cachedCalls} from a cache` : ''}`,
        ]
      : []),
    ...(tokens(usage) === '' ? [] : [`${tokens(usage)} tokens`]),
    ...(usd.length === 0 ? [] : [dollars(usd.reduce((sum, one) => sum + one, 0))]),
  ].join(' · ')
}

const rowHtml = (row: TraceRow, depth: number, totalMs: number): Html => {
  const { span, name, children } = row
  const line = html`<div class="name${span.kind === 'attempt' || span.kind === 'adapter' ? ' small' : ''}${span.error ? ' failed' : ''}"><span class="kind">${span.kind}</span><b>${name}</b></div>
<div class="track"><div class="bar" style="left:${percent(span.startMs, totalMs)};width:${percent(span.ms ?? totalMs - span.startMs, totalMs)}"></div></div>
<div class="num">${span.ms === undefined ? 'running' : duration(span.ms)}</div><div class="num soft">${span.usage ? tokens(span.usage) : ''}</div><div class="num soft">${span.usd === undefined ? '' : dollars(span.usd)}</div>`
  const style = `--d:${depth};--c:${color(span.kind)}`
  const body = bodyHtml(span, depth)
  if (children.length === 0 && span.omitted === 0 && body === undefined) {
    return html`<div class="row" style="${style}">${line}</div>`
  }
  const inside = html`${body ?? html``}${children.map(child => rowHtml(child, depth + 1, totalMs))}${omitted(span.omitted, depth + 1)}`
  const isOpen = children.length > 0 && (depth < openLevels || children.some(child => hasFailed(child.span)))
  return html`<details${{ html: isOpen ? ' open' : '' }}><summary style="${style}">${line}</summary>${inside}</details>`
}

const hasFailed = (span: TraceSpan): boolean => span.error !== undefined || span.children.some(hasFailed)

/** What went in and came out: a line of it, which opens, so that the tree is seen first. Errors are always seen. */
const bodyHtml = ({ kind, input, output, error }: TraceSpan, depth: number): Html | undefined => {
  const parts = [
    { label: 'in', value: input },
    { label: 'out', value: output },
  ].filter(({ value }) => value !== undefined)
  if (parts.length === 0 && !error) return undefined
  const failure = error
    ? html`<div class="error"><pre>${error.code ?? error.name}: ${error.message}</pre></div>`
    : html``
  const content =
    parts.length === 0
      ? html``
      : html`<details><summary>${parts.map(({ label, value }) => html`<span><i>${label}</i> ${lineOf(kind, value)}</span>`)}</summary>${parts.map(
          ({ label, value }) => html`<div class="label">${label}</div>${traceValueHtml(value)}`,
        )}</details>`
  return html`<div class="body" style="--d:${depth}">${failure}${content}</div>`
}

/** The beginning of a value in one line; of messages how many they are. */
const lineOf = (kind: TraceSpan['kind'], value: unknown): string => {
  if (kind !== 'model' || !Array.isArray(value)) return fitted(fieldsLine(value), 140)
  const [first] = value
  const isAnswer = typeof first === 'object' && first !== null && 'text' in first
  return isAnswer
    ? fitted(fieldsLine(first.text), 140)
    : `${value.length} ${value.length === 1 ? 'message' : 'messages'}`
}

const omitted = (count: number, depth: number): Html =>
  count === 0 ? html`` : html`<div class="more" style="--d:${depth}"><span>and ${count} more</span></div>`

const percent = (part: number, whole: number): string => `${((100 * part) / whole).toFixed(2)}%`

const color = (kind: TraceSpan['kind']): string => {
  const known = kind === 'metric' || kind === 'optimizer' ? 'program' : kind
  return `var(--${known})`
}
