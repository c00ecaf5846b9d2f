import type { Tracer } from '../ports/tracer.ts'

/**
 * Several tracers as one: each sees every span, nested as it would alone.
 *
 * @example
 * await program.run(input, { model, tracer: tracers(logTracer({ write }), tree) })
 */
export const tracers = (...all: readonly Tracer[]): Tracer => ({
  start(span) {
    const spans = all.map(tracer => tracer.start(span))
    return {
      tracer: tracers(...spans.map(({ tracer }) => tracer)),
      end(outcome) {
        for (const one of spans) one.end(outcome)
      },
    }
  },
})
