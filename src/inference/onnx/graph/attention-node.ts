import { damaged, type WireField, wireFields, wireText } from './wire-format.ts'

/** A `GroupQueryAttention` of com.microsoft. */
export interface AttentionNode {
  readonly field: WireField
  /** Empty where an optional input is left out. */
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
  /** Its attributes that are numbers. */
  readonly numbers: ReadonlyMap<string, number>
}

/** Its inputs by their place. */
export const attentionSlots = {
  query: 0,
  key: 1,
  value: 2,
  pastKey: 3,
  pastValue: 4,
  cosines: 7,
  sines: 8,
  positions: 9,
  bias: 10,
} as const

/** A node of the graph, if it is one of attention. */
export const readAttention = (node: WireField): AttentionNode | undefined => {
  if (!isAttention(node)) return undefined
  const inputs: string[] = []
  const outputs: string[] = []
  const numbers = new Map<string, number>()
  for (const field of wireFields(node)) {
    if (field.kind !== 'bytes') continue
    if (field.field === 1) inputs.push(wireText(field))
    if (field.field === 2) outputs.push(wireText(field))
    if (field.field === 5) readNumber(field, numbers)
    if (inputs.length > 64 || outputs.length > 64 || numbers.size > 64) {
      throw damaged(node.file, node.start, 'an attention node has more than 64 inputs, outputs or attributes')
    }
  }
  return { field: node, inputs, outputs, numbers }
}

const isAttention = (node: WireField): boolean => {
  for (const field of wireFields(node)) {
    if (field.field === 4 && field.kind === 'bytes') {
      return field.to - field.from === 19 && wireText(field) === 'GroupQueryAttention'
    }
  }
  return false
}

const readNumber = (attribute: WireField, numbers: Map<string, number>): void => {
  let name: string | undefined
  let value: number | undefined
  for (const field of wireFields(attribute)) {
    if (field.field === 1 && field.kind === 'bytes') name = wireText(field)
    if (field.field === 3 && field.kind === 'number') value = field.value
    if (field.field === 2 && field.kind === 'fixed' && field.to - field.from === 4) {
      value = new DataView(field.bytes.buffer, field.bytes.byteOffset + field.from, 4).getFloat32(0, true)
    }
  }
  if (name !== undefined && value !== undefined) numbers.set(name, value)
}
