import type { Usage } from '../data/usage.ts'
import type { ModelRequest, ModelResponse } from './language-model.ts'

/** What a span is about. */
export type SpanKind = 'program' | 'predictor' | 'adapter' | 'model' | 'attempt' | 'tool' | 'metric' | 'optimizer'

export interface SpanStart {
  readonly kind: SpanKind
  /** A predictor's path (`steps[0].predict`), a model's id, a tool's name. */
  readonly name: string
  readonly input?: unknown
  /** Of a model: what it is asked. */
  readonly request?: ModelRequest
}

export interface SpanEnd {
  readonly output?: unknown
  readonly error?: unknown
  readonly usage?: Usage
  /** Of a model: what it answered. */
  readonly response?: ModelResponse
}

/**
 * Watches what runs. Silent unless the caller brings one.
 *
 * 1. start() and end() are synchronous, cheap, and never throw.
 * 2. Spans nest by the tracer they are started on: what runs inside a span starts on `span.tracer`.
 * 3. Values are the live ones: a tracer that keeps them copies or treats them as frozen.
 */
export interface Tracer {
  start(span: SpanStart): Span
}

export interface Span {
  /** The tracer for what happens inside. */
  readonly tracer: Tracer
  end(outcome: SpanEnd): void
}
