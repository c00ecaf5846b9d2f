import { type AttentionNode, attentionSlots as slot } from './attention-node.ts'
import { elementTypes, type GraphFacts } from './graph-facts.ts'
import { attributeField, valueField } from './onnx-fields.ts'
import { positionsInput, refusesRotation, rotates, rotationNode } from './rotation.ts'
import { wireFields, wireText } from './wire-format.ts'
import { bytesField, joined, sizeOf, textField, varint } from './wire-writer.ts'

/** The input that tells each row what it sees. */
export const biasInput = 'attention_bias'

/** Why a graph cannot be given an `attention_bias`; undefined when it can, or has it. */
export const refusesBias = (facts: GraphFacts): string | undefined => {
  const { inputs, attention } = facts
  if (attention.length === 0) return 'it has no GroupQueryAttention'
  const layers = inputs.filter(({ name }) => /^past_key_values\.\d+\.key$/.test(name)).length
  if (layers !== attention.length) return `${attention.length} of its ${layers} layers are GroupQueryAttention`
  for (const node of attention) {
    // A window would count slots, which branches share, and not positions.
    if ((node.numbers.get('local_window_size') ?? -1) > 0) return 'its attention slides over a window'
    if (!['', biasInput].includes(node.inputs[slot.bias] ?? '')) return 'its attention has a bias of its own'
    const refused = refusesRotation(node, facts)
    if (refused !== undefined) return refused
  }
  return undefined
}

/**
 * Adds the input `attention_bias` `[1, 1, rows, slots]` to every GroupQueryAttention. Those that rotate by themselves get a
 * node before them that does it by `position_ids` `[1, rows]`: on a GPU, onnxruntime 1.30 takes positions from slots,
 * whatever it is told. Weights are copied as they are; external data stays where it is.
 *
 * @param graph bytes for which `refusesBias(facts)` is undefined
 * @returns the same bytes when it has all already
 */
export const addAttentionBias = (graph: Uint8Array, facts: GraphFacts, type: 'float32' | 'float16'): Uint8Array => {
  const parts: Uint8Array[] = []
  let from = facts.graph.from
  for (const [layer, node] of facts.attention.entries()) {
    if (node.inputs[slot.bias] === biasInput && !rotates(node)) continue
    parts.push(graph.subarray(from, node.field.start), ...withBias(node, layer, facts))
    from = node.field.to
  }
  const inputs = addedInputs(facts, type)
  if (parts.length === 0 && inputs.length === 0) return graph
  return withGraph(graph, facts, [...parts, graph.subarray(from, facts.graph.to), ...inputs])
}

const withBias = (node: AttentionNode, layer: number, facts: GraphFacts): readonly Uint8Array[] => {
  const slots = [...node.inputs]
  while (slots.length <= slot.bias) slots.push('')
  slots[slot.bias] = biasInput
  const before: Uint8Array[] = []
  if (rotates(node)) {
    for (const [place, heads] of [
      [slot.query, 'num_heads'],
      [slot.key, 'kv_num_heads'],
    ] as const) {
      const to = `kkachi.rotation.${layer}.${place}`
      before.push(rotationNode(node, facts, slots[place] ?? '', to, node.numbers.get(heads) ?? 0))
      slots[place] = to
    }
    for (const place of [slot.cosines, slot.sines, slot.positions]) slots[place] = ''
  }
  const rest = [...wireFields(node.field)].filter(part => part.field !== 1 && !isRotary(part))
  return [
    ...before,
    bytesField(
      1,
      ...slots.map(name => textField(1, name)),
      ...rest.map(part => part.bytes.subarray(part.start, part.to)),
      attributeField('do_rotary', 0),
    ),
  ]
}

/** Whether a part of the node is the attribute that the edit sets anew. */
const isRotary = (
  part: Parameters<typeof wireFields>[0] & { readonly field: number; readonly kind: string },
): boolean => {
  if (part.field !== 5 || part.kind !== 'bytes') return false
  for (const field of wireFields(part)) if (field.field === 1) return wireText(field) === 'do_rotary'
  return false
}

/** The inputs that a graph lacks, to tell its rows apart. */
export const addedInputs = (
  facts: GraphFacts,
  type: 'float32' | 'float16',
  biasShape: readonly string[] = ['bias_batch', 'bias_heads', 'bias_rows', 'bias_slots'],
): readonly Uint8Array[] => {
  const named = new Set(facts.inputs.map(({ name }) => name))
  return [
    ...(named.has(biasInput) ? [] : [valueField(11, biasInput, elementTypes[type], biasShape)]),
    ...(named.has(positionsInput) || !facts.attention.some(rotates)
      ? []
      : [valueField(11, positionsInput, elementTypes.int64, ['batch_size', 'sequence_length'])]),
  ]
}

/** The file with another inside of its graph. */
export const withGraph = (file: Uint8Array, { graph }: GraphFacts, inside: readonly Uint8Array[]): Uint8Array =>
  joined([file.subarray(0, graph.start), varint(7 * 8 + 2), varint(sizeOf(inside)), ...inside, file.subarray(graph.to)])
