import type { SpanEnd, SpanStart, Tracer } from '../ports/tracer.ts'

/** A span as it was recorded; `outcome` is absent while it runs. */
export interface RecordedSpan extends SpanStart {
  readonly outcome?: SpanEnd
  readonly children: readonly RecordedSpan[]
}

export interface RecordingTracer extends Tracer {
  /** The outermost spans, in the order they were started. */
  readonly spans: readonly RecordedSpan[]
}

/**
 * A tracer that keeps what it sees, for tests and debugging.
 *
 * @example
 * const tracer = recordingTracer()
 * await program.run(input, { model, tracer })
 * tracer.spans[0]?.children.map(span => span.name)
 */
export const recordingTracer = (): RecordingTracer => recordInto([])

const recordInto = (spans: RecordedSpan[]): RecordingTracer => ({
  spans,
  start(start) {
    const children: RecordedSpan[] = []
    const span: RecordedSpan & { outcome?: SpanEnd } = { ...start, children }
    spans.push(span)
    return {
      tracer: recordInto(children),
      end(outcome) {
        span.outcome ??= outcome
      },
    }
  },
})
