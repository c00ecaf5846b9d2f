import type { TraceSpan } from './trace.ts'

/** A line of a trace: a span, or attempts inside each other that say the same. */
export interface TraceRow {
  readonly span: TraceSpan
  /** `try 2 → openai/gpt-4o-mini` for an attempt that is one of another. */
  readonly name: string
  readonly children: readonly TraceRow[]
}

/** Spans as lines: an attempt that is nothing but another attempt is one line with it. */
export const traceRows = (spans: readonly TraceSpan[]): readonly TraceRow[] => spans.map(rowOf)

const rowOf = (span: TraceSpan): TraceRow => {
  const [only, ...others] = span.children
  const isOne = span.kind === 'attempt' && only?.kind === 'attempt' && others.length === 0 && span.omitted === 0
  if (!isOne) return { span, name: span.name, children: traceRows(span.children) }
  const inner = rowOf(only)
  return {
    ...inner,
    span: { ...inner.span, startMs: span.startMs, ...(span.ms !== undefined && { ms: span.ms }) },
    name: joined(span.name, inner.name),
  }
}

/** `ask a/b → a/b` says nothing that `ask a/b` does not. */
const joined = (outer: string, inner: string): string => (outer.endsWith(` ${inner}`) ? outer : `${outer} → ${inner}`)
