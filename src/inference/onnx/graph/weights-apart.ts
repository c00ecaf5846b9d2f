import type { ExternalData } from '../onnx-runtime.ts'
import { type WireField, wireFields } from './wire-format.ts'
import { bytesField, joined, numberField, textField, varint } from './wire-writer.ts'

export interface WeightsApart {
  /** The graph with its large weights called by their place in `data`. */
  readonly graph: Uint8Array
  /** The file they are called from: the graph as it was, not copied. */
  readonly data: ExternalData
}

/** Smaller ones may be shapes, which a runtime reads before it loads what lies elsewhere. */
const leastBytes = 4096

/** By this name nothing lies beside a graph. */
const path = 'weights.of.the.graph'

/**
 * A graph and its weights apart, for runtimes that copy a graph they are given: onnxruntime-web keeps its bytes, the message
 * read from them, and the tensors in one memory, which never shrinks; weights that lie elsewhere it copies once.
 *
 * @param graph that was looked through before, as `externalTensors` does
 * @returns undefined where no weight is large enough to be worth it
 */
export const weightsApart = (graph: Uint8Array, file: string): WeightsApart | undefined => {
  const parts: Uint8Array[] = []
  let moved = 0
  for (const field of wireFields({ bytes: graph, from: 0, to: graph.length, file })) {
    if (field.field !== 7 || field.kind !== 'bytes') parts.push(graph.subarray(field.start, field.to))
    else {
      const inner = [...wireFields(field)].map(part => {
        const tensor = part.field === 5 && part.kind === 'bytes' ? tensorApart(part) : undefined
        if (tensor) moved += 1
        return tensor ?? graph.subarray(part.start, part.to)
      })
      parts.push(varint(7 * 8 + 2), varint(inner.reduce((sum, { length }) => sum + length, 0)), ...inner)
    }
  }
  return moved === 0 ? undefined : { graph: joined(parts), data: { path, data: graph } }
}

/** An initializer without its numbers, or undefined when it keeps them. */
const tensorApart = (tensor: WireField): Uint8Array | undefined => {
  const fields = [...wireFields(tensor)]
  const raws = fields.filter(({ field, kind }) => field === 9 && kind === 'bytes')
  const [raw] = raws
  if (raw === undefined || raws.length > 1 || raw.to - raw.from < leastBytes) return undefined
  if (fields.some(({ field }) => field === 13 || field === 14)) return undefined
  return bytesField(
    5,
    ...fields.filter(field => field !== raw).map(({ bytes, start, to }) => bytes.subarray(start, to)),
    entry('location', path),
    entry('offset', String(raw.from)),
    entry('length', String(raw.to - raw.from)),
    numberField(14, 1),
  )
}

const entry = (key: string, value: string): Uint8Array => bytesField(13, textField(1, key), textField(2, value))
