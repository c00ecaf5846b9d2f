import type { SpanEnd, Tracer } from '../ports/tracer.ts'

/** Does what an adapter does, in a span where somebody watches; `told` is what the span says of the result. */
export const inAdapterSpan = <Result>(
  tracer: Tracer | undefined,
  name: string,
  work: () => Result,
  told: (result: Result) => SpanEnd,
): Result => {
  if (tracer === undefined) return work()
  const span = tracer.start({ kind: 'adapter', name })
  try {
    const result = work()
    span.end(told(result))
    return result
  } catch (error) {
    span.end({ error })
    throw error
  }
}
