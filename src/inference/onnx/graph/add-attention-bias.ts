import { elementTypes, type GraphFacts } from './graph-facts.ts'
import { wireFields } from './wire-format.ts'

/** Names of the inputs that tell each row what it sees and where it stands. */
export const biasInput = 'attention_bias'
export const positionsInput = 'position_ids'

const biasSlot = 10
const positionsSlot = 9

/** Why a graph cannot be given an `attention_bias`; undefined when it can, or has it. */
export const refusesBias = ({ inputs, attention }: GraphFacts): string | undefined => {
  if (attention.length === 0) return 'it has no GroupQueryAttention'
  const layers = inputs.filter(({ name }) => /^past_key_values\.\d+\.key$/.test(name)).length
  if (layers !== attention.length) return `${attention.length} of its ${layers} layers are GroupQueryAttention`
  for (const { inputs: slots, rotates, window } of attention) {
    // It would count slots, which branches share, and not positions.
    if (window > 0) return 'its attention slides over a window'
    if ((slots[biasSlot] ?? '') !== '' && slots[biasSlot] !== biasInput) return 'its attention has a bias of its own'
    if (rotates && (slots[positionsSlot] ?? '') !== '' && slots[positionsSlot] !== positionsInput) {
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
  for (const { field, inputs, rotates } of facts.attention) {
    const slots = [...inputs]
    while (slots.length <= biasSlot) slots.push('')
    slots[biasSlot] = biasInput
    if (rotates) slots[positionsSlot] = positionsInput
    if (slots.length === inputs.length && slots.every((name, slot) => name === inputs[slot])) continue
    const rest = [...wireFields(field)].filter(part => part.field !== 1)
    parts.push(
      graph.subarray(from, field.start),
      bytesField(1, [
        ...slots.map(name => bytesField(1, [text(name)])),
        ...rest.map(part => graph.subarray(part.start, part.to)),
      ]),
    )
    from = field.to
  }
  const named = new Set(facts.inputs.map(({ name }) => name))
  const added = [
    ...(named.has(biasInput)
      ? []
      : [inputField(biasInput, elementTypes[type], ['bias_batch', 'bias_heads', 'bias_rows', 'bias_slots'])]),
    ...(named.has(positionsInput) || !facts.attention.some(({ rotates }) => rotates)
      ? []
      : [inputField(positionsInput, elementTypes.int64, ['batch_size', 'sequence_length'])]),
  ]
  if (parts.length === 0 && added.length === 0) return graph
  const inside = [...parts, graph.subarray(from, facts.graph.to), ...added]
  return joined([
    graph.subarray(0, facts.graph.start),
    varint(7 * 8 + 2),
    varint(sizeOf(inside)),
    ...inside,
    graph.subarray(facts.graph.to),
  ])
}

const inputField = (name: string, type: number, shape: readonly string[]): Uint8Array => {
  const dimensions = shape.map(size => bytesField(1, [bytesField(2, [text(size)])]))
  const tensor = bytesField(1, [varint(8), varint(type), bytesField(2, dimensions)])
  return bytesField(11, [bytesField(1, [text(name)]), bytesField(2, [tensor])])
}

const bytesField = (field: number, parts: readonly Uint8Array[]): Uint8Array =>
  joined([varint(field * 8 + 2), varint(sizeOf(parts)), ...parts])

const text = (value: string): Uint8Array => new TextEncoder().encode(value)

const varint = (value: number): Uint8Array => {
  const bytes: number[] = []
  let rest = value
  while (rest > 127) {
    bytes.push((rest % 128) + 128)
    rest = Math.floor(rest / 128)
  }
  return Uint8Array.of(...bytes, rest)
}

const sizeOf = (parts: readonly Uint8Array[]): number => parts.reduce((sum, part) => sum + part.length, 0)

const joined = (parts: readonly Uint8Array[]): Uint8Array => {
  const whole = new Uint8Array(sizeOf(parts))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}
