import { expect, test } from 'vitest'
import { recordingTracer } from '../../src/testing/recording-tracer.ts'

test('spans nest by the tracer they were started on', () => {
  const tracer = recordingTracer()
  const outer = tracer.start({ kind: 'predictor', name: 'answer', input: 1 })
  outer.tracer.start({ kind: 'model', name: 'm' }).end({ output: 'text' })
  outer.end({ output: 2 })
  tracer.start({ kind: 'metric', name: 'f1' })
  expect(tracer.spans).toEqual([
    {
      kind: 'predictor',
      name: 'answer',
      input: 1,
      outcome: { output: 2 },
      children: [{ kind: 'model', name: 'm', outcome: { output: 'text' }, children: [] }],
    },
    { kind: 'metric', name: 'f1', children: [] },
  ])
})

test('a span ends once', () => {
  const tracer = recordingTracer()
  const span = tracer.start({ kind: 'tool', name: 't' })
  span.end({ output: 'first' })
  span.end({ error: new Error('second') })
  expect(tracer.spans[0]?.outcome).toEqual({ output: 'first' })
})
