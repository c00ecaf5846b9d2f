import { damaged, type WireField, type WireMessage, wireFields, wireText } from './wire-format.ts'

/** What stands in an ONNX file, as far as attention needs it. */
export interface GraphFacts {
  readonly inputs: readonly GraphValue[]
  readonly outputs: readonly GraphValue[]
  readonly attention: readonly AttentionNode[]
  /** Where the graph lies in the file: its field with the tag, and its inside. */
  readonly graph: { readonly start: number; readonly from: number; readonly to: number }
}

export interface GraphValue {
  readonly name: string
  /** The number ONNX has for the type of its elements. */
  readonly type: number
  /** A name where the size is known only at run time. */
  readonly shape: readonly (number | string)[]
}

/** A `GroupQueryAttention` of com.microsoft. */
export interface AttentionNode {
  readonly field: WireField
  /** Empty where an optional input is left out. */
  readonly inputs: readonly string[]
  readonly heads: number
  readonly stateHeads: number
  readonly rotates: boolean
  /** Slots it looks back; -1 is all. */
  readonly window: number
}

/** Numbers ONNX has for types of elements. */
export const elementTypes = { float32: 1, int64: 7, float16: 10 } as const

const most = 4096

/**
 * Reads the inputs, outputs and attention nodes of an ONNX file; weights are stepped over.
 *
 * @throws RuntimeError `runtime/model-files`
 * @see https://github.com/onnx/onnx/blob/main/onnx/onnx.proto
 */
export const graphFacts = (bytes: Uint8Array, file: string): GraphFacts => {
  const graph = theGraph({ bytes, from: 0, to: bytes.length, file })
  const inputs: GraphValue[] = []
  const outputs: GraphValue[] = []
  const attention: AttentionNode[] = []
  for (const field of wireFields(graph)) {
    if (field.kind !== 'bytes') continue
    if (field.field === 11) inputs.push(readValue(field))
    else if (field.field === 12) outputs.push(readValue(field))
    else if (field.field === 1 && isAttention(field)) attention.push(readAttention(field))
    if (inputs.length > most || outputs.length > most || attention.length > most) {
      throw damaged(file, field.start, `more than ${most} inputs, outputs or attention nodes`)
    }
  }
  return { inputs, outputs, attention, graph: { start: graph.start, from: graph.from, to: graph.to } }
}

const theGraph = (model: WireMessage): WireField => {
  let graph: WireField | undefined
  for (const field of wireFields(model)) {
    if (field.field !== 7 || field.kind !== 'bytes') continue
    if (graph !== undefined) throw damaged(model.file, field.start, 'it has two graphs')
    graph = field
  }
  if (graph === undefined) throw damaged(model.file, 0, 'it has no graph')
  return graph
}

const readValue = (value: WireField): GraphValue => {
  let name = ''
  let type = 0
  const shape: (number | string)[] = []
  for (const field of wireFields(value)) {
    if (field.field === 1 && field.kind === 'bytes') name = wireText(field)
    if (field.field !== 2 || field.kind !== 'bytes') continue
    for (const kind of wireFields(field)) {
      if (kind.field !== 1 || kind.kind !== 'bytes') continue
      for (const tensor of wireFields(kind)) {
        if (tensor.field === 1 && tensor.kind === 'number') type = tensor.value
        if (tensor.field !== 2 || tensor.kind !== 'bytes') continue
        for (const size of wireFields(tensor)) {
          if (size.field === 1 && size.kind === 'bytes') shape.push(readSize(size))
          if (shape.length > 8) throw damaged(value.file, value.start, 'a value has more than 8 dimensions')
        }
      }
    }
  }
  return { name, type, shape }
}

const readSize = (size: WireField): number | string => {
  for (const field of wireFields(size)) {
    if (field.field === 1 && field.kind === 'number') return field.value
    if (field.field === 2 && field.kind === 'bytes') return wireText(field)
  }
  return ''
}

const isAttention = (node: WireField): boolean => {
  for (const field of wireFields(node)) {
    if (field.field === 4 && field.kind === 'bytes') {
      return field.to - field.from === 19 && wireText(field) === 'GroupQueryAttention'
    }
  }
  return false
}

const readAttention = (node: WireField): AttentionNode => {
  const inputs: string[] = []
  const numbers = new Map<string, number>()
  for (const field of wireFields(node)) {
    if (field.kind !== 'bytes') continue
    if (field.field === 1) inputs.push(wireText(field))
    if (field.field === 5) readNumber(field, numbers)
    if (inputs.length > 64) throw damaged(node.file, node.start, 'an attention node has more than 64 inputs')
  }
  return {
    field: node,
    inputs,
    heads: numbers.get('num_heads') ?? 0,
    stateHeads: numbers.get('kv_num_heads') ?? 0,
    rotates: numbers.get('do_rotary') === 1,
    window: numbers.get('local_window_size') ?? -1,
  }
}

const readNumber = (attribute: WireField, numbers: Map<string, number>): void => {
  let name: string | undefined
  let value: number | undefined
  for (const field of wireFields(attribute)) {
    if (field.field === 1 && field.kind === 'bytes') name = wireText(field)
    if (field.field === 3 && field.kind === 'number') value = field.value
  }
  if (name !== undefined && value !== undefined && numbers.size < 64) numbers.set(name, value)
}
