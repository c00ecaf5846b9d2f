import { describe, expect, test } from 'vitest'
import { assertWithin, externalTensors } from '../../../../src/inference/onnx/graph/external-tensors.ts'
import { graphFacts } from '../../../../src/inference/onnx/graph/graph-facts.ts'
import { nodeField, shapeField, valueField } from '../../../../src/inference/onnx/graph/onnx-fields.ts'
import { weightsApart } from '../../../../src/inference/onnx/graph/weights-apart.ts'
import { bytesField, joined, numberField, textField } from '../../../../src/inference/onnx/graph/wire-writer.ts'

/** An initializer of bytes. */
const weight = (name: string, bytes: Uint8Array, ...more: readonly Uint8Array[]): Uint8Array =>
  bytesField(5, ...[numberField(1, bytes.length), numberField(2, 2), textField(8, name), bytesField(9, bytes)], ...more)

const filled = (length: number, value: number): Uint8Array => new Uint8Array(length).fill(value)

/** A model of one graph, with something before it and something behind. */
const model = (...fields: readonly Uint8Array[]): Uint8Array =>
  joined([numberField(1, 10), bytesField(7, ...fields, textField(2, 'graph')), bytesField(8, numberField(2, 21))])

const around = [
  nodeField('Identity', ['large'], 'out'),
  valueField(11, 'in', 1, ['batch', 4]),
  valueField(12, 'out', 2, [5000]),
]

describe('weightsApart', () => {
  test('calls large weights from the graph as it was, and leaves all else', () => {
    const [large, other] = [filled(5000, 7), filled(4096, 9)]
    const graph = model(weight('large', large), shapeField('shape', [1, 2]), ...around, weight('other', other))
    const apart = weightsApart(graph, 'graph')
    if (apart === undefined) throw new Error('Expected weights apart.')
    expect(apart.data.data).toBe(graph)
    expect(apart.graph.length).toBeLessThan(600)
    const tensors = externalTensors(apart.graph, 'graph')
    assertWithin('graph', tensors, location => (location === apart.data.path ? graph.length : undefined))
    const found = tensors.map(({ name, offset, length }) => [name, graph.slice(offset, offset + length)])
    expect(found).toEqual([
      ['large', large],
      ['other', other],
    ])
    const [facts, before] = [graphFacts(apart.graph, 'graph'), graphFacts(graph, 'graph')]
    for (const side of ['inputs', 'outputs'] as const) {
      const described = (all: typeof facts) => all[side].map(({ name, type, shape }) => ({ name, type, shape }))
      expect(described(facts)).toEqual(described(before))
    }
  })

  test('a weight that lies elsewhere already stays where it is', () => {
    const elsewhere = bytesField(
      5,
      ...[numberField(1, 8000), numberField(2, 2), textField(8, 'elsewhere')],
      bytesField(13, textField(1, 'location'), textField(2, 'weights.bin')),
      numberField(14, 1),
    )
    const apart = weightsApart(model(elsewhere, weight('large', filled(5000, 1))), 'graph')
    const tensors = externalTensors(apart?.graph ?? new Uint8Array(), 'graph')
    expect(tensors.map(({ name, location }) => [name, location])).toEqual([
      ['elsewhere', 'weights.bin'],
      ['large', apart?.data.path],
    ])
  })

  test.each([
    ['without large weights', model(weight('small', filled(4095, 1)), ...around)],
    ['whose numbers are named twice', model(weight('twice', filled(5000, 1), bytesField(9, filled(5000, 2))))],
    ['of nothing', new Uint8Array()],
  ])('a graph %s is left as it is', (_, graph) => {
    expect(weightsApart(graph, 'graph')).toBeUndefined()
  })

  test('a graph that is none is refused', () => {
    expect(() => weightsApart(filled(40, 255), 'graph')).toThrowError(
      expect.objectContaining({ code: 'runtime/model-files' }),
    )
  })
})
