import { nodeField, shapeField, valueField } from '../../../../src/inference/onnx/graph/onnx-fields.ts'
import { bytesField, joined, numberField, textField } from '../../../../src/inference/onnx/graph/wire-writer.ts'

/** An ONNX file of one attention layer: two heads over one, four wide; `extra` are further fields of its graph. */
export const sampleGraph = ({
  attention = {},
  inputs = ['q', 'k', 'v', 'past_key_values.0.key', 'past_key_values.0.value', 'last', 'total'],
  extra = [],
}: {
  readonly attention?: Readonly<Record<string, number>>
  readonly inputs?: readonly string[]
  readonly extra?: readonly Uint8Array[]
} = {}): Uint8Array => {
  const state = ['batch', 1, 'past', 4]
  const graph = bytesField(
    7,
    nodeField(
      'GroupQueryAttention',
      inputs,
      ['attended', 'present.0.key', 'present.0.value'],
      { num_heads: 2, kv_num_heads: 1, scale: { float: 0.5 }, ...attention },
      'com.microsoft',
    ),
    textField(2, 'sample'),
    shapeField('cosines', [1, 2, 3]),
    valueField(11, 'input_ids', 7, ['batch', 'rows']),
    valueField(11, 'past_key_values.0.key', 1, state),
    valueField(11, 'past_key_values.0.value', 1, state),
    valueField(12, 'logits', 1, ['batch', 'rows', 8]),
    valueField(12, 'present.0.key', 1, state),
    valueField(12, 'present.0.value', 1, state),
    ...extra,
  )
  const opset = bytesField(8, textField(1, ''), numberField(2, 21))
  return joined([numberField(1, 10), textField(2, 'sample'), graph, opset])
}

export const sampleShape = {
  layers: 1,
  heads: 2,
  stateHeads: 1,
  headWidth: 4,
  vocabularySize: 8,
  window: 16,
} as const

/** A weight of the graph whose numbers lie elsewhere. */
export const externalWeight = (entries: Readonly<Record<string, string>>, sizes: readonly number[] = [4]): Uint8Array =>
  bytesField(5, ...externalTensor(entries, sizes))

export const externalTensor = (
  entries: Readonly<Record<string, string>>,
  sizes: readonly number[] = [4],
): readonly Uint8Array[] => [
  ...sizes.map(size => numberField(1, size)),
  numberField(2, 1),
  textField(8, `w${JSON.stringify(entries)}`),
  ...Object.entries(entries).map(([key, value]) => bytesField(13, textField(1, key), textField(2, value))),
  numberField(14, 1),
]
