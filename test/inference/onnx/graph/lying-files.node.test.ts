import { expect, test } from 'vitest'
import { externalTensors } from '../../../../src/inference/onnx/graph/external-tensors.ts'
import { graphFacts } from '../../../../src/inference/onnx/graph/graph-facts.ts'
import { bytesField } from '../../../../src/inference/onnx/graph/wire-writer.ts'

test('reading a file takes less memory than twice its size, whatever it holds', () => {
  const size = 1 << 20
  for (const [field, inside] of [
    [1, 0], // nodes with nothing in them
    [5, 0], // weights with nothing in them
    [1, size - 16], // one that is all zeros
  ] as const) {
    const nodes = new Uint8Array(size)
    if (inside === 0) for (let at = 0; at < size; at += 2) nodes[at] = field * 8 + 2
    const file = bytesField(7, inside === 0 ? nodes : bytesField(field, new Uint8Array(inside)))
    const before = process.memoryUsage().arrayBuffers
    let most = 0
    const read = (work: () => unknown): void => {
      try {
        work()
      } catch (error) {
        expect(error).toMatchObject({ code: 'runtime/model-files' })
      }
      most = Math.max(most, process.memoryUsage().arrayBuffers - before)
    }
    read(() => graphFacts(file, 'sample.onnx'))
    read(() => externalTensors(file, 'sample.onnx'))
    expect(most).toBeLessThan(size)
  }
})
