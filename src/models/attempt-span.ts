import type { ModelRequest } from '../ports/language-model.ts'
import type { SpanEnd, Tracer } from '../ports/tracer.ts'

/** A request inside a span of its own. */
export interface AttemptSpan {
  readonly request: ModelRequest
  end(outcome: SpanEnd): void
}

const untold = (): void => {}

/** Opens a span around what is sent for a request: `what` of `of`. Without a tracer nothing is measured. */
export const attemptSpan = (request: ModelRequest, what: string, of: string | number): AttemptSpan => {
  if (request.tracer === undefined) return { request, end: untold }
  const { tracer, end } = request.tracer.start({ kind: 'attempt', name: `${what} ${of}` })
  return { request: { ...request, tracer }, end }
}

/** Tells of something that was over at once: an answer from a cache, a model that is left alone. */
export const tellAttempt = (tracer: Tracer | undefined, name: string, outcome: SpanEnd): void =>
  tracer?.start({ kind: 'attempt', name }).end(outcome)
