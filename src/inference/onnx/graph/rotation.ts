import { type AttentionNode, attentionSlots as slot } from './attention-node.ts'
import type { GraphFacts } from './graph-facts.ts'
import { nodeField } from './onnx-fields.ts'

/** The input that tells each row where it stands. */
export const positionsInput = 'position_ids'

export const rotates = ({ numbers }: AttentionNode): boolean => numbers.get('do_rotary') === 1

/** Why the rotation of a node cannot be taken out of it; undefined when it can. */
export const refusesRotation = (node: AttentionNode, { weights }: GraphFacts): string | undefined => {
  if (!rotates(node)) return undefined
  if (node.inputs.slice(0, 3).some(name => name === '')) return 'its attention is packed and rotates'
  if (weights.get(node.inputs[slot.cosines] ?? '')?.length !== 2) return 'its rotation is not a table'
  if (!['', positionsInput].includes(node.inputs[slot.positions] ?? '')) return 'it has positions of its own'
  return undefined
}

/** A node of its own that rotates what attention would have, by `position_ids`. */
export const rotationNode = (
  { inputs, numbers }: AttentionNode,
  { weights }: GraphFacts,
  from: string,
  to: string,
  heads: number,
): Uint8Array => {
  const [cosines = '', sines = ''] = [inputs[slot.cosines], inputs[slot.sines]]
  const attributes = {
    interleaved: numbers.get('rotary_interleaved') ?? 0,
    num_heads: heads,
    rotary_embedding_dim: 2 * (weights.get(cosines)?.[1] ?? 0),
  }
  return nodeField('RotaryEmbedding', [from, positionsInput, cosines, sines], to, attributes, 'com.microsoft')
}
