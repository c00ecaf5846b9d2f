import type { Usage } from '../data/usage.ts'
import type { SpanKind } from '../ports/tracer.ts'

/** What ran, as a tree. Plain data: it can be kept, sent, and read back from JSON. */
export interface Trace {
  /** Milliseconds since 1970 when the first span began; absent while there is none. */
  readonly startedAt?: number
  /** The outermost spans, in the order they began. */
  readonly spans: readonly TraceSpan[]
  /** Outermost spans left out because there were too many. */
  readonly omitted: number
}

export interface TraceSpan {
  readonly kind: SpanKind
  readonly name: string
  /** Milliseconds after the trace began. */
  readonly startMs: number
  /** Milliseconds it took; absent while it runs. */
  readonly ms?: number
  /** What went in and what came out: redacted, cut, and as plain data. */
  readonly input?: unknown
  readonly output?: unknown
  readonly error?: TraceError
  readonly usage?: Usage
  /** US dollars: of a model's call by its usage, of everything else what is inside; absent where no price is known. */
  readonly usd?: number
  readonly children: readonly TraceSpan[]
  /** Spans inside it that were left out because there were too many. */
  readonly omitted: number
}

export interface TraceError {
  readonly name: string
  /** Of an error of Kkachi. */
  readonly code?: string
  readonly message: string
}
