import { attentionSlots } from './attention-node.ts'
import { elementTypes, type GraphFacts } from './graph-facts.ts'
import { valueField } from './onnx-fields.ts'
import { wireFields } from './wire-format.ts'
import { bytesField, joined, sizeOf, textField, varint } from './wire-writer.ts'

/** Names of the inputs that tell each row what it sees and where it stands. */
export const biasInput = 'attention_bias'
export const positionsInput = 'position_ids'

/** Why a graph cannot be given an `attention_bias`; undefined when it can, or has it. */
export const refusesBias = ({ inputs, attention }: GraphFacts): string | undefined => {
  if (attention.length === 0) return 'it has no GroupQueryAttention'
  const layers = inputs.filter(({ name }) => /^past_key_values\.\d+\.key$/.test(name)).length
  if (layers !== attention.length) return `${attention.length} of its ${layers} layers are GroupQueryAttention`
  for (const { inputs: slots, numbers } of attention) {
    // A window would count slots, which branches share, and not positions.
    if ((numbers.get('local_window_size') ?? -1) > 0) return 'its attention slides over a window'
    if (!['', biasInput].includes(slots[attentionSlots.bias] ?? '')) return 'its attention has a bias of its own'
    if (numbers.get('do_rotary') === 1 && !['', positionsInput].includes(slots[attentionSlots.positions] ?? '')) {
      return 'its attention has positions of its own'
    }
  }
  return undefined
}

/**
 * Adds the input `attention_bias` `[1, 1, rows, slots]` to every GroupQueryAttention, and `position_ids` `[1, rows]` to
 * those that rotate by themselves. Weights are copied as they are; external data stays where it is.
 *
 * @param graph bytes for which `refusesBias(facts)` is undefined
 * @returns the same bytes when it has both already
 */
export const addAttentionBias = (graph: Uint8Array, facts: GraphFacts, type: 'float32' | 'float16'): Uint8Array => {
  const parts: Uint8Array[] = []
  let from = facts.graph.from
  for (const { field, inputs, numbers } of facts.attention) {
    const slots = [...inputs]
    while (slots.length <= attentionSlots.bias) slots.push('')
    slots[attentionSlots.bias] = biasInput
    if (numbers.get('do_rotary') === 1) slots[attentionSlots.positions] = positionsInput
    if (slots.length === inputs.length && slots.every((name, slot) => name === inputs[slot])) continue
    const rest = [...wireFields(field)].filter(part => part.field !== 1)
    parts.push(
      graph.subarray(from, field.start),
      bytesField(1, ...slots.map(name => textField(1, name)), ...rest.map(part => graph.subarray(part.start, part.to))),
    )
    from = field.to
  }
  const inputs = addedInputs(facts, type)
  if (parts.length === 0 && inputs.length === 0) return graph
  return withGraph(graph, facts, [...parts, graph.subarray(from, facts.graph.to), ...inputs])
}

/** The inputs that a graph lacks, to tell its rows apart. */
export const addedInputs = (
  facts: GraphFacts,
  type: 'float32' | 'float16',
  biasShape: readonly string[] = ['bias_batch', 'bias_heads', 'bias_rows', 'bias_slots'],
): readonly Uint8Array[] => {
  const named = new Set(facts.inputs.map(({ name }) => name))
  const rotates = facts.attention.some(({ numbers }) => numbers.get('do_rotary') === 1)
  return [
    ...(named.has(biasInput) ? [] : [valueField(11, biasInput, elementTypes[type], biasShape)]),
    ...(named.has(positionsInput) || !rotates
      ? []
      : [valueField(11, positionsInput, elementTypes.int64, ['batch_size', 'sequence_length'])]),
  ]
}

/** The file with another inside of its graph. */
export const withGraph = (file: Uint8Array, { graph }: GraphFacts, inside: readonly Uint8Array[]): Uint8Array =>
  joined([file.subarray(0, graph.start), varint(7 * 8 + 2), varint(sizeOf(inside)), ...inside, file.subarray(graph.to)])
