import { describe, expect, test } from 'vitest'
import { addAttentionBias, refusesBias } from '../../../../src/inference/onnx/graph/add-attention-bias.ts'
import { graphFacts } from '../../../../src/inference/onnx/graph/graph-facts.ts'
import { refusesUnfolding, unfoldAttention } from '../../../../src/inference/onnx/graph/unfold-attention.ts'
import { wireFields, wireText } from '../../../../src/inference/onnx/graph/wire-format.ts'
import { bytesField, numberField, textField } from '../../../../src/inference/onnx/graph/wire-writer.ts'
import { sampleGraph } from './sample-graph.ts'

const factsOf = (bytes: Uint8Array) => graphFacts(bytes, 'sample.onnx')
const base = ['q', 'k', 'v', 'past_key_values.0.key', 'past_key_values.0.value', 'last', 'total']
const table = bytesField(
  5,
  numberField(1, 2),
  numberField(1, 2),
  numberField(2, 1),
  textField(8, 'cos'),
  bytesField(9, new Uint8Array(16)),
)
const rotating = sampleGraph({ attention: { do_rotary: 1 }, inputs: [...base, 'cos', 'sin'], extra: [table] })

const operators = (bytes: Uint8Array): readonly string[] => {
  const names: string[] = []
  for (const node of wireFields(factsOf(bytes).graph)) {
    if (node.field !== 1) continue
    for (const field of wireFields(node)) if (field.field === 4) names.push(wireText(field))
  }
  return names
}

describe('the bias of attention', () => {
  test('becomes an input of the graph and of every attention', () => {
    const facts = factsOf(addAttentionBias(sampleGraph(), factsOf(sampleGraph()), 'float16'))
    expect(facts.inputs.at(-1)).toMatchObject({ name: 'attention_bias', type: 10 })
    expect(facts.attention[0]?.inputs).toEqual([...base, '', '', '', 'attention_bias'])
    expect(facts.attention[0]?.outputs).toEqual(['attended', 'present.0.key', 'present.0.value'])
    expect(facts.attention[0]?.numbers.get('scale')).toBe(0.5)
  })

  test('is added once', () => {
    const once = addAttentionBias(sampleGraph(), factsOf(sampleGraph()), 'float32')
    expect(addAttentionBias(once, factsOf(once), 'float32')).toBe(once)
  })

  test('takes an empty place', () => {
    const empty = sampleGraph({ inputs: [...base, '', '', '', '', 'sinks'] })
    const facts = factsOf(addAttentionBias(empty, factsOf(empty), 'float32'))
    expect(facts.attention[0]?.inputs).toEqual([...base, '', '', '', 'attention_bias', 'sinks'])
  })

  test('comes with positions where attention rotates by itself', () => {
    const edited = addAttentionBias(rotating, factsOf(rotating), 'float32')
    const facts = factsOf(edited)
    expect(operators(edited)).toEqual(['RotaryEmbedding', 'RotaryEmbedding', 'GroupQueryAttention'])
    expect(facts.inputs.map(({ name }) => name)).toContain('position_ids')
    expect(facts.attention[0]?.numbers.get('do_rotary')).toBe(0)
    expect(facts.attention[0]?.inputs.slice(2)).toEqual(['v', ...base.slice(3), '', '', '', 'attention_bias'])
  })

  test('is refused by graphs that cannot take it', () => {
    const none = sampleGraph({ attention: {} })
    expect(refusesBias(factsOf(none))).toBeUndefined()
    const refused: readonly (readonly [Uint8Array, RegExp])[] = [
      [sampleGraph({ attention: { local_window_size: 8 } }), /window/],
      [sampleGraph({ inputs: [...base, '', '', '', 'alibi'] }), /bias of its own/],
      [sampleGraph({ attention: { do_rotary: 1 }, inputs: [...base, 'cos', 'sin'] }), /table/],
      [
        sampleGraph({ attention: { do_rotary: 1 }, inputs: [...base, 'cos', 'sin', 'mine'], extra: [table] }),
        /positions/,
      ],
    ]
    for (const [bytes, reason] of refused) expect(refusesBias(factsOf(bytes))).toMatch(reason)
  })
})

describe('attention that is written out', () => {
  test('gives the state of its rows, in slot order', () => {
    const edited = unfoldAttention(sampleGraph(), factsOf(sampleGraph()), 'float32', { heads: 1, width: 4 })
    const facts = factsOf(edited)
    expect(facts.attention).toEqual([])
    expect(facts.inputs.map(({ name, shape }) => [name, shape])).toEqual([
      ['input_ids', ['batch', 'rows']],
      ['past_key_values.0.key', ['past_slots', 1, 4]],
      ['past_key_values.0.value', ['past_slots', 1, 4]],
      ['attention_bias', ['bias_rows', 'bias_slots']],
      ['attention_parts', [3]],
      ['branch_key_values.0.key', ['branches', 'branch_slots', 1, 4]],
      ['branch_key_values.0.value', ['branches', 'branch_slots', 1, 4]],
    ])
    expect(facts.outputs.at(-1)?.shape).toEqual(['row_slots', 1, 4])
    expect(operators(edited)).toEqual(['Gather', 'Cast', 'Reshape', 'Reshape', 'Reshape', 'If'])
  })

  test('rotates first where attention did', () => {
    const edited = unfoldAttention(rotating, factsOf(rotating), 'float32', { heads: 1, width: 4 })
    expect(operators(edited).filter(name => name === 'RotaryEmbedding')).toHaveLength(2)
    expect(factsOf(edited).inputs.map(({ name }) => name)).toContain('position_ids')
  })

  test('is refused where attention does more', () => {
    expect(refusesUnfolding(factsOf(sampleGraph()))).toBeUndefined()
    const refused: readonly (readonly [Uint8Array, RegExp])[] = [
      [sampleGraph({ attention: { smooth_softmax: 1 } }), /smooth_softmax/],
      [sampleGraph({ inputs: ['q', '', '', ...base.slice(3)] }), /packed/],
      [sampleGraph({ inputs: [...base, '', '', '', '', 'sinks'] }), /sinks/],
      [sampleGraph({ attention: { local_window_size: 8 } }), /window/],
      [addAttentionBias(sampleGraph(), factsOf(sampleGraph()), 'float32'), /already/],
    ]
    for (const [bytes, reason] of refused) expect(refusesUnfolding(factsOf(bytes))).toMatch(reason)
  })
})
