import { expect, test } from 'vitest'
import { recordingTracer } from '../../src/testing/recording-tracer.ts'
import { tracers } from '../../src/tracing/tracers.ts'
import { runTraced } from './traced-program.ts'

test('several tracers see the same, each nested as it would alone', async () => {
  const [alone, one, two] = [recordingTracer(), recordingTracer(), recordingTracer()]
  await runTraced(() => alone)
  await runTraced(() => tracers(one, tracers(two)))
  const outline = (spans: typeof alone.spans): unknown =>
    spans.map(({ kind, name, children }) => [kind, name, outline(children)])
  expect(outline(one.spans)).toEqual(outline(alone.spans))
  expect(outline(two.spans)).toEqual(outline(alone.spans))
})

test('none of them is one that sees nothing', () => {
  const span = tracers().start({ kind: 'tool', name: 't' })
  expect(() => span.end({})).not.toThrow()
})
