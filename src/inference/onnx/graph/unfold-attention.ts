import { addedInputs, biasInput, refusesBias, withGraph } from './add-attention-bias.ts'
import { type AttentionNode, attentionSlots as slot } from './attention-node.ts'
import { elementTypes, type GraphFacts } from './graph-facts.ts'
import { nodeField, shapeField, valueField } from './onnx-fields.ts'
import { rotates, rotationNode } from './rotation.ts'

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
 * row sees comes apart, `branch_key_values.N.key` `[rows, slots, heads, width]`, or `[1, 1, heads, width]` where there is none.
 *
 * A session that hands its outputs over by copying, as onnxruntime does on the CPU in Node and in WASM, otherwise copies
 * the whole state of attention in every step. The bias is `[rows, slots]` and has to hide later rows
 * too: nothing here is causal by itself.
 *
 * Scores of past, branches and rows are one matrix product each, put side by side for the softmax and split again: the products
 * read keys and values in slot order by `transBatchB`.
 *
 * @param graph bytes for which `refusesUnfolding(facts)` is undefined
 */
export const unfoldAttention = (
  graph: Uint8Array,
  facts: GraphFacts,
  type: 'float32' | 'float16',
  shape: { readonly heads: number; readonly width: number },
): Uint8Array => {
  const replaced = [
    ...facts.attention.map((node, layer) => ({ field: node.field, parts: unfolded(node, layer, facts, shape) })),
    ...[...facts.inputs, ...facts.outputs]
      .filter(({ name }) => /^(past_key_values|present)\.\d+\.(key|value)$/.test(name))
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
  ].toSorted((a, b) => a.field.start - b.field.start)
  const inside: Uint8Array[] = []
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
      .filter(({ name }) => /^past_key_values\.\d+\.(key|value)$/.test(name))
      .map(({ name }) =>
        valueField(11, branchName(name), elementTypes[type], ['branches', 'branch_slots', shape.heads, shape.width]),
      ),
  )
  return withGraph(graph, facts, inside)
}

const unfolded = (
  attention: AttentionNode,
  layer: number,
  facts: GraphFacts,
  { heads: groups, width }: { readonly heads: number; readonly width: number },
): readonly Uint8Array[] => {
  const parts: Uint8Array[] = []
  const name = (part: string): string => `kkachi.attention.${layer}.${part}`
  const node = (
    operator: string,
    from: readonly string[],
    to: string,
    attributes: Parameters<typeof nodeField>[3] = {},
    domain = '',
  ): string => {
    parts.push(nodeField(operator, from, to, attributes, domain))
    return to
  }
  const reshaped = (from: string, to: string, sizes: readonly number[]): string => {
    parts.push(shapeField(`${to}.shape`, sizes))
    return node('Reshape', [from, `${to}.shape`], to)
  }
  const rotated = (from: string, to: string, heads: number): string => {
    if (!rotates(attention)) return from
    parts.push(rotationNode(attention, facts, from, to, heads))
    return to
  }
  const product = (a: string, b: string, to: string, attributes: Parameters<typeof nodeField>[3]): string =>
    node('FusedMatMul', [a, b], to, attributes, 'com.microsoft')
  /** A product with state in slot order. */
  const acrossRows = (a: string, b: string, to: string, attributes: Parameters<typeof nodeField>[3]): string =>
    product(a, b, to, { ...attributes, transBatchB: 1 })

  const { inputs, outputs, numbers } = attention
  const [query = '', key = '', value = '', pastKey = '', pastValue = ''] = inputs
  const [output = '', presentKey = '', presentValue = ''] = outputs
  const heads = numbers.get('num_heads') ?? groups
  const scale = numbers.get('scale') || 1 / Math.sqrt(width)

  const keys = reshaped(rotated(key, name('key'), groups), presentKey, [-1, groups, width])
  const values = reshaped(value, presentValue, [-1, groups, width])
  const rows = reshaped(rotated(query, name('query'), heads), name('rows'), [-1, groups, heads / groups, width])
  const turned = node('Transpose', [rows], name('turned'), { perm: [1, 2, 0, 3] })
  const queries = reshaped(turned, name('queries'), [groups, -1, width])
  const scaled = { transB: 1, alpha: { float: scale } }
  // By head, then row: the scores of all and of single rows side by side.
  const byHead = (from: string, to: string): string => reshaped(from, to, [heads, -1, 0])
  const keysApart = node('Transpose', [branchName(pastKey)], name('branch_keys'), { perm: [0, 2, 1, 3] })
  const apart = reshaped(product(rows, keysApart, name('branch'), scaled), name('branch_rows'), [0, heads, -1])
  const scores = node(
    'Concat',
    [
      byHead(acrossRows(queries, pastKey, name('past'), scaled), name('past_by_head')),
      node('Transpose', [apart], name('branch_by_head'), { perm: [1, 0, 2] }),
      byHead(acrossRows(queries, keys, name('own'), scaled), name('own_by_head')),
    ],
    name('scores'),
    { axis: 2 },
  )
  const shares = node('Softmax', [node('Add', [scores, biasInput], name('biased'))], name('shares'), { axis: 2 })
  const [past, branch, own] = [name('past_shares'), name('branch_shares'), name('own_shares')]
  parts.push(nodeField('Split', [shares, partsInput], [past, branch, own], { axis: 2 }))
  const byGroup = (from: string): string => reshaped(from, `${from}.by_group`, [groups, -1, 0])
  const sum = node(
    'Add',
    [acrossRows(byGroup(past), pastValue, name('past_sum'), {}), acrossRows(byGroup(own), values, name('own_sum'), {})],
    name('sum'),
  )
  const split = reshaped(sum, name('split'), [groups, heads / groups, -1, width])
  const back = node('Transpose', [split], name('back'), { perm: [2, 0, 1, 3] })
  const valuesApart = node('Transpose', [branchName(pastValue)], name('branch_values'), { perm: [0, 2, 1, 3] })
  const sharesApart = node('Transpose', [branch], name('branch_shares_by_row'), { perm: [1, 0, 2] })
  const rowsApart = reshaped(sharesApart, name('branch_shares_by_group'), [0, groups, heads / groups, -1])
  const both = node('Add', [back, product(rowsApart, valuesApart, name('branch_sum'), {})], name('both'))
  reshaped(both, output, [1, -1, heads * width])
  return parts
}
