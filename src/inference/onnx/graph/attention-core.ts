import { biasInput } from './add-attention-bias.ts'
import { type GraphWriter, graphWriter, type NumberBook } from './graph-writer.ts'
import { lastRows } from './last-rows.ts'
import type { Attribute } from './onnx-fields.ts'

/** One layer's attention as far as its rows, keys and values are made. */
export interface AttentionCore {
  readonly layer: number
  /** `[rows, groups, heads of a group, width]` */
  readonly rows: string
  /** `[rows, groups, width]` each. */
  readonly keys: string
  readonly values: string
  /** `[past, groups, width]` each. */
  readonly pastKeys: string
  readonly pastValues: string
  /** `[rows, slots, groups, width]` each. */
  readonly branchKeys: string
  readonly branchValues: string
  readonly heads: number
  readonly groups: number
  readonly width: number
  readonly scale: number
  /** Whether only the last rows are wanted, as many as logits. */
  readonly isLast: boolean
  /** Sizes of past, branch and own, for Split. */
  readonly parts: string
}

/** The nodes, and the name of what they give: `[1, rows, heads x width]`. */
export interface CoreNodes {
  readonly nodes: readonly Uint8Array[]
  readonly output: string
}

/** All rows see slots of one past: keys and values are put side by side, which is far less than the scores. */
export const attentionTogether = (core: AttentionCore, numbers: NumberBook): CoreNodes => {
  const { heads, groups, width, isLast } = core
  const writer = graphWriter(`kkachi.attention.${core.layer}.together`, numbers)
  const { node, reshaped } = writer
  const rows = isLast ? lastRows(writer, numbers, core.rows, 0, 'last_rows') : core.rows
  const bias = isLast ? lastRows(writer, numbers, biasInput, 0, 'last_bias') : biasInput
  const turned = node('Transpose', [rows], 'turned', { perm: [1, 2, 0, 3] })
  const queries = reshaped(turned, 'queries', [groups, -1, width])
  const keys = node('Concat', [core.pastKeys, core.keys], 'keys', { axis: 0 })
  const values = node('Concat', [core.pastValues, core.values], 'values', { axis: 0 })
  const scores = acrossSlots(writer, queries, keys, 'scores', { transB: 1, alpha: { float: core.scale } })
  const byHead = reshaped(scores, 'scores_by_head', [heads, -1, 0])
  const shares = node('Softmax', [node('Add', [byHead, bias], 'biased')], 'shares', { axis: 2 })
  const sum = acrossSlots(writer, reshaped(shares, 'shares_by_group', [groups, -1, 0]), values, 'sum', {})
  const split = reshaped(sum, 'split', [groups, heads / groups, -1, width])
  const back = node('Transpose', [split], 'back', { perm: [2, 0, 1, 3] })
  return { output: reshaped(back, 'attended', [1, -1, heads * width]), nodes: writer.parts }
}

/**
 * Each row sees slots of its own beside those that all see: scores of past, branch and own rows are one product each, put side
 * by side for the softmax and split again.
 */
export const attentionApart = (core: AttentionCore, numbers: NumberBook): CoreNodes => {
  const { heads, groups, width } = core
  const writer = graphWriter(`kkachi.attention.${core.layer}.apart`, numbers)
  const { node, reshaped } = writer
  const turned = node('Transpose', [core.rows], 'turned', { perm: [1, 2, 0, 3] })
  const queries = reshaped(turned, 'queries', [groups, -1, width])
  const scaled = { transB: 1, alpha: { float: core.scale } }
  const byHead = (from: string, to: string): string => reshaped(from, to, [heads, -1, 0])
  const keysApart = node('Transpose', [core.branchKeys], 'branch_keys', { perm: [0, 2, 1, 3] })
  const branch = node('FusedMatMul', [core.rows, keysApart], 'branch', scaled, 'com.microsoft')
  const scores = node(
    'Concat',
    [
      byHead(acrossSlots(writer, queries, core.pastKeys, 'past', scaled), 'past_by_head'),
      node('Transpose', [reshaped(branch, 'branch_rows', [0, heads, -1])], 'branch_by_head', { perm: [1, 0, 2] }),
      byHead(acrossSlots(writer, queries, core.keys, 'own', scaled), 'own_by_head'),
    ],
    'scores',
    { axis: 2 },
  )
  const shares = node('Softmax', [node('Add', [scores, biasInput], 'biased')], 'shares', { axis: 2 })
  const [past, branchShares, own] = writer.split(
    [shares, core.parts],
    ['past_shares', 'branch_shares', 'own_shares'],
    2,
  )
  const byGroup = (from: string, to: string): string => reshaped(from, to, [groups, -1, 0])
  const sum = node(
    'Add',
    [
      acrossSlots(writer, byGroup(past, 'past_by_group'), core.pastValues, 'past_sum', {}),
      acrossSlots(writer, byGroup(own, 'own_by_group'), core.values, 'own_sum', {}),
    ],
    'sum',
  )
  const split = reshaped(sum, 'split', [groups, heads / groups, -1, width])
  const back = node('Transpose', [split], 'back', { perm: [2, 0, 1, 3] })
  const valuesApart = node('Transpose', [core.branchValues], 'branch_values', { perm: [0, 2, 1, 3] })
  const sharesApart = node('Transpose', [branchShares], 'branch_shares_by_row', { perm: [1, 0, 2] })
  const rowsApart = reshaped(sharesApart, 'branch_shares_by_group', [0, groups, heads / groups, -1])
  const branchSum = node('FusedMatMul', [rowsApart, valuesApart], 'branch_sum', {}, 'com.microsoft')
  const both = node('Add', [back, branchSum], 'both')
  const all = reshaped(both, 'attended', [1, -1, heads * width])
  const output = core.isLast ? lastRows(writer, numbers, all, 1, 'last_attended') : all
  return { output, nodes: writer.parts }
}

/** A product by group with state in slot order. */
const acrossSlots = (
  { node }: GraphWriter,
  a: string,
  b: string,
  to: string,
  attributes: Readonly<Record<string, Attribute>>,
): string => node('FusedMatMul', [a, b], to, { ...attributes, transBatchB: 1 }, 'com.microsoft')
