import { type AttentionNode, readAttention } from './attention-node.ts'
import { tensorFacts } from './tensor-facts.ts'
import { damaged, type WireField, type WireMessage, wireFields, wireText } from './wire-format.ts'

/** What stands in an ONNX file, as far as attention needs it. */
export interface GraphFacts {
  readonly inputs: readonly GraphValue[]
  readonly outputs: readonly GraphValue[]
  readonly attention: readonly AttentionNode[]
  /** Sizes of the weights that attention nodes take. */
  readonly weights: ReadonlyMap<string, readonly number[]>
  /** Version of the operators without a domain. */
  readonly opset: number
  /** Where the graph lies in the file: its field with the tag, and its inside. */
  readonly graph: WireField
}

export interface GraphValue {
  readonly field: WireField
  readonly name: string
  /** The number ONNX has for the type of its elements. */
  readonly type: number
  /** A name where the size is known only at run time. */
  readonly shape: readonly (number | string)[]
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
  const { graph, opset } = readModel({ bytes, from: 0, to: bytes.length, file })
  const inputs: GraphValue[] = []
  const outputs: GraphValue[] = []
  const attention: AttentionNode[] = []
  for (const field of wireFields(graph)) {
    if (field.kind !== 'bytes') continue
    if (field.field === 11) inputs.push(readValue(field))
    else if (field.field === 12) outputs.push(readValue(field))
    else if (field.field === 1) {
      const node = readAttention(field)
      if (node !== undefined) attention.push(node)
    }
    if (inputs.length > most || outputs.length > most || attention.length > most) {
      throw damaged(file, field.start, `more than ${most} inputs, outputs or attention nodes`)
    }
  }
  return { inputs, outputs, attention, weights: readSizes(graph, attention), opset, graph }
}

const readModel = (model: WireMessage): { readonly graph: WireField; readonly opset: number } => {
  let graph: WireField | undefined
  let opset = 0
  for (const field of wireFields(model)) {
    if (field.kind !== 'bytes') continue
    if (field.field === 7) {
      if (graph !== undefined) throw damaged(model.file, field.start, 'it has two graphs')
      graph = field
    }
    if (field.field === 8) opset = readOpset(field) ?? opset
  }
  if (graph === undefined) throw damaged(model.file, 0, 'it has no graph')
  return { graph, opset }
}

/** The version, where the operators are those without a domain. */
const readOpset = (opset: WireField): number | undefined => {
  let version: number | undefined
  for (const field of wireFields(opset)) {
    if (field.field === 1 && field.kind === 'bytes' && !['', 'ai.onnx'].includes(wireText(field))) return undefined
    if (field.field === 2 && field.kind === 'number') version = field.value
  }
  return version
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
  return { field: value, name, type, shape }
}

const readSize = (size: WireField): number | string => {
  for (const field of wireFields(size)) {
    if (field.field === 1 && field.kind === 'number') return field.value
    if (field.field === 2 && field.kind === 'bytes') return wireText(field)
  }
  return ''
}

const readSizes = (graph: WireField, attention: readonly AttentionNode[]): ReadonlyMap<string, readonly number[]> => {
  const taken = new Set(attention.flatMap(({ inputs }) => inputs))
  const sizes = new Map<string, readonly number[]>()
  for (const weight of wireFields(graph)) {
    if (weight.field !== 5 || weight.kind !== 'bytes') continue
    const tensor = tensorFacts(weight)
    if (taken.has(tensor.name)) sizes.set(tensor.name, tensor.sizes)
  }
  return sizes
}
