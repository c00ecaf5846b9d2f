import { addedInputs, biasInput, refusesBias, withGraph } from './add-attention-bias.ts'
import { type AttentionCore, attentionApart, attentionTogether } from './attention-core.ts'
import { type AttentionNode, attentionSlots as slot } from './attention-node.ts'
import { elementTypes, type GraphFacts } from './graph-facts.ts'
import { graphWriter, type NumberBook, numberBook } from './graph-writer.ts'
import { firstOfLast, keptInput, type LastSum, lastRows, lastSum } from './last-rows.ts'
import { innerGraph, nodeField, valueField } from './onnx-fields.ts'
import { rotates, rotationNode } from './rotation.ts'
import type { WireField } from './wire-format.ts'
import { wireFields } from './wire-format.ts'
import { bytesField, textField } from './wire-writer.ts'

/** The input that tells how many slots are past for all rows, how many for single ones, and how many of the rows: `[3]`. */
export const partsInput = 'attention_parts'

/** The input that has the state of single rows, beside that of all. */
export const branchName = (past: string): string => past.replace('past_key_values', 'branch_key_values')

/** Attributes of attention that do what the unfolded form does not. */
const unknown = ['softcap', 'smooth_softmax', 'qk_output', 'k_quant_type', 'v_quant_type', 'kv_cache_bit_width']

/** Why attention cannot be unfolded; undefined when it can. */
export const refusesUnfolding = (facts: GraphFacts): string | undefined => {
  const refused = refusesBias(facts)
  if (refused !== undefined) return refused
  // From 13 on Split takes its sizes as an input and Softmax works on one axis.
  if (facts.inputs.some(({ name }) => name === biasInput)) return 'it has an attention_bias already'
  if (facts.opset < 13) return `its operators are of version ${facts.opset}`
  for (const { inputs, outputs, numbers } of facts.attention) {
    const strange = unknown.find(name => (numbers.get(name) ?? 0) !== 0)
    if (strange !== undefined) return `its attention has ${strange}`
    if (inputs.slice(0, 5).some(name => name === '') || inputs.length < 5) return 'its attention is packed'
    if (inputs.slice(slot.bias + 1).some(name => name !== '')) return 'its attention has sinks'
    if (outputs.length !== 3 || outputs.includes('')) return 'its attention gives something else'
  }
  return undefined
}

/**
 * Writes out every GroupQueryAttention in plain operators that read the past where it lies and give only the state of the
 * new rows, in slot order: `past_key_values.N.key` `[past, heads, width]`, `present.N.key` `[rows, heads, width]`. What only one
 * row sees comes apart, `branch_key_values.N.key` `[rows, slots, heads, width]`; where `attention_parts` says that there is
 * none of it, the form without branches is computed.
 *
 * A session that hands its outputs over by copying, as onnxruntime does on the CPU in Node and in WASM, otherwise copies
 * the whole state of attention in every step. The bias is `[rows, slots]` and has to hide later rows
 * too: nothing here is causal by itself.
 *
 * The last layer goes on with the rows alone whose logits are wanted, where the graph is told how many.
 *
 * @param graph bytes for which `refusesUnfolding(facts)` is undefined
 */
export const unfoldAttention = (
  graph: Uint8Array,
  facts: GraphFacts,
  type: 'float32' | 'float16',
  shape: { readonly heads: number; readonly width: number },
): Uint8Array => {
  const numbers = numberBook()
  const last = lastSum(facts)
  const replaced = [
    ...facts.attention.map((node, layer) => ({
      field: node.field,
      parts: unfolded(node, layer, facts, {
        ...{ numbers, groups: shape.heads, width: shape.width, type: elementTypes[type] },
        isLast: last !== undefined && layer === facts.attention.length - 1,
      }),
    })),
    ...[...facts.inputs, ...facts.outputs]
      .filter(({ name }) => statePart.test(name))
      .map(({ name, field }) => ({
        field,
        parts: [
          valueField(field.field === 11 ? 11 : 12, name, elementTypes[type], [
            name.startsWith('past') ? 'past_slots' : 'row_slots',
            shape.heads,
            shape.width,
          ]),
        ],
      })),
    ...(last === undefined ? [] : [{ field: last.field, parts: ofLastRows(last, numbers) }]),
    // Sizes told of values in between need not hold any more.
    ...(last === undefined ? [] : told(facts)),
  ].toSorted((a, b) => a.field.start - b.field.start)
  const inside: Uint8Array[] = [...prepared(numbers, last !== undefined)]
  let from = facts.graph.from
  for (const { field, parts } of replaced) {
    inside.push(graph.subarray(from, field.start), ...parts)
    from = field.to
  }
  inside.push(
    graph.subarray(from, facts.graph.to),
    ...addedInputs(facts, type, ['bias_rows', 'bias_slots']),
    valueField(11, partsInput, elementTypes.int64, [3]),
    ...facts.inputs
      .filter(({ name }) => name.startsWith('past') && statePart.test(name))
      .map(({ name }) =>
        valueField(11, branchName(name), elementTypes[type], ['branches', 'branch_slots', shape.heads, shape.width]),
      ),
    ...numbers.fields(),
  )
  return withGraph(graph, facts, inside)
}

const statePart = /^(past_key_values|present)\.\d+\.(key|value)$/

const told = ({ graph }: GraphFacts): readonly { readonly field: WireField; readonly parts: readonly Uint8Array[] }[] =>
  [...wireFields(graph)].filter(({ field }) => field === 13).map(field => ({ field, parts: [] }))

/** Whether there are branches, as ONNX's bool. */
const branchesThere = 'kkachi.branches_there'
const bool = 9

/** What all layers look at, computed once. */
const prepared = (numbers: NumberBook, cuts: boolean): readonly Uint8Array[] => [
  nodeField('Gather', [partsInput, numbers.name([1])], 'kkachi.branch_slots'),
  nodeField('Cast', ['kkachi.branch_slots'], branchesThere, { to: bool }),
  ...(cuts
    ? [
        nodeField('Reshape', [keptInput, numbers.name([1])], 'kkachi.kept_rows'),
        nodeField('Neg', ['kkachi.kept_rows'], firstOfLast),
      ]
    : []),
]

/** The sum after the last attention, with the last rows of what skipped it. */
const ofLastRows = ({ field, inputs, skipped }: LastSum, numbers: NumberBook): readonly Uint8Array[] => {
  const writer = graphWriter('kkachi', numbers)
  const cut = lastRows(writer, numbers, inputs[skipped] ?? '', 1, 'last_skipped')
  const names = inputs.map((name, index) => (index === skipped ? cut : name))
  const rest: readonly WireField[] = [...wireFields(field)].filter(part => part.field !== 1)
  const node = bytesField(
    1,
    ...names.map(name => textField(1, name)),
    ...rest.map(part => part.bytes.subarray(part.start, part.to)),
  )
  return [...writer.parts, node]
}

interface UnfoldedShape extends Pick<AttentionCore, 'groups' | 'width' | 'isLast'> {
  readonly numbers: NumberBook
  readonly type: number
}

const unfolded = (
  attention: AttentionNode,
  layer: number,
  facts: GraphFacts,
  { numbers, type, groups, width, isLast }: UnfoldedShape,
): readonly Uint8Array[] => {
  const writer = graphWriter(`kkachi.attention.${layer}`, numbers)
  const rotated = (from: string, to: string, heads: number): string => {
    if (!rotates(attention)) return from
    const name = `kkachi.attention.${layer}.${to}`
    writer.push(rotationNode(attention, facts, from, name, heads))
    return name
  }
  const stated = (from: string, to: string): string => {
    writer.push(nodeField('Reshape', [from, numbers.name([-1, groups, width])], to))
    return to
  }
  const { inputs, outputs, numbers: attributes } = attention
  const [query = '', key = '', value = '', pastKeys = '', pastValues = ''] = inputs
  const [output = '', presentKey = '', presentValue = ''] = outputs
  const heads = attributes.get('num_heads') ?? groups
  const core: AttentionCore = {
    ...{ layer, heads, groups, width, isLast, pastKeys, pastValues, parts: partsInput },
    keys: stated(rotated(key, 'key', groups), presentKey),
    values: stated(value, presentValue),
    rows: writer.reshaped(rotated(query, 'query', heads), 'rows', [-1, groups, heads / groups, width]),
    branchKeys: branchName(pastKeys),
    branchValues: branchName(pastValues),
    scale: attributes.get('scale') || 1 / Math.sqrt(width),
  }
  const [then_branch, else_branch] = [attentionApart, attentionTogether].map(form => {
    const { nodes, output: given } = form(core, numbers)
    return { graph: innerGraph(given, nodes, given, type, [1, isLast ? 'last_rows' : 'attended_rows', heads * width]) }
  })
  if (then_branch === undefined || else_branch === undefined) return []
  writer.push(nodeField('If', [branchesThere], output, { then_branch, else_branch }))
  return writer.parts
}
