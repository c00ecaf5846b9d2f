import { describe, expect, test } from 'vitest'
import { graphFacts } from '../../../../src/inference/onnx/graph/graph-facts.ts'
import { lastSum } from '../../../../src/inference/onnx/graph/last-rows.ts'
import { nodeField, shapeField, valueField } from '../../../../src/inference/onnx/graph/onnx-fields.ts'
import { sampleGraph } from './sample-graph.ts'

const kept = valueField(11, 'num_logits_to_keep', 7, [])
const before = [
  valueField(11, 'last', 7, [1]),
  valueField(11, 'total', 7, [1]),
  ...['q', 'k', 'v', 'way'].map(name => valueField(11, name, 1, ['batch', 'rows', 4])),
  ...['weight', 'head', 'axis', 'end'].map(name => shapeField(name, [1])),
  kept,
]
const product = nodeField('MatMul', ['attended', 'weight'], 'out')
const sum = nodeField('Add', ['way', 'out'], 'sum')
const cut = [
  nodeField('Neg', ['num_logits_to_keep'], 'from'),
  nodeField('Slice', ['sum', 'from', 'end', 'axis'], 'cut'),
  nodeField('MatMul', ['cut', 'head'], 'logits'),
]

const sumIn = (...fields: readonly Uint8Array[]) =>
  lastSum(graphFacts(sampleGraph({ extra: fields }), 'a graph for a test'))

describe('the rows whose logits are wanted', () => {
  test('are all that go on after the last attention', () => {
    expect(sumIn(...before, product, sum, ...cut)).toMatchObject({ inputs: ['way', 'out'], skipped: 0 })
  })

  test.each([
    ['nobody says how many', [...before.filter(field => field !== kept), product, sum, ...cut]],
    ['rows are mixed', [...before, product, nodeField('Softmax', ['out'], 'mixed'), sum, ...cut]],
    [
      'all rows come in twice',
      [
        ...before,
        product,
        sum,
        nodeField('Add', ['sum', 'q'], 'more'),
        nodeField('MatMul', ['more', 'head'], 'logits'),
      ],
    ],
    [
      'rows are taken by another number',
      [...before, product, sum, nodeField('Slice', ['sum', 'end', 'end', 'axis'], 'logits')],
    ],
    ['something is computed from what is not there', [...before, product, nodeField('Add', ['out', 'gone'], 'logits')]],
    ['a node has a graph of its own', [...before, nodeField('If', ['end'], 'maybe'), product, sum, ...cut]],
  ])('are not told apart where %s', (_, fields) => {
    expect(sumIn(...fields)).toBeUndefined()
  })
})
