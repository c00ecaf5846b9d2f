import { type Attribute, nodeField, shapeField } from './onnx-fields.ts'

/** Whole numbers that nodes take, shapes mostly: each is written once for the whole graph. */
export interface NumberBook {
  /** The name of an initializer with these numbers. */
  name(values: readonly number[]): string
  /** All of them as fields of the graph. */
  fields(): readonly Uint8Array[]
}

export const numberBook = (): NumberBook => {
  const book = new Map<string, readonly number[]>()
  return {
    name(values) {
      const name = `kkachi.numbers.${values.join('.')}`
      book.set(name, values)
      return name
    },
    fields: () => [...book].map(([name, values]) => shapeField(name, values)),
  }
}

/** Nodes of a graph, one after the other, their outputs under one beginning of names. */
export interface GraphWriter {
  readonly parts: readonly Uint8Array[]
  /** Adds a node; gives the name of its output. */
  node(
    operator: string,
    inputs: readonly string[],
    to: string,
    attributes?: Readonly<Record<string, Attribute>>,
    domain?: string,
  ): string
  /** Adds a Split into three along an axis. */
  split(
    inputs: readonly string[],
    to: readonly [string, string, string],
    axis: number,
  ): readonly [string, string, string]
  /** Adds a Reshape: 0 keeps a size, -1 is what is left. */
  reshaped(from: string, to: string, sizes: readonly number[]): string
  /** Adds what is in the wire format already. */
  push(...fields: readonly Uint8Array[]): void
}

export const graphWriter = (beginning: string, numbers: NumberBook): GraphWriter => {
  const parts: Uint8Array[] = []
  const writer: GraphWriter = {
    parts,
    node: (operator, inputs, to, attributes, domain) => {
      const name = `${beginning}.${to}`
      parts.push(nodeField(operator, inputs, name, attributes, domain))
      return name
    },
    split: (inputs, [first, second, third], axis) => {
      const names = [`${beginning}.${first}`, `${beginning}.${second}`, `${beginning}.${third}`] as const
      parts.push(nodeField('Split', inputs, names, { axis }))
      return names
    },
    reshaped: (from, to, sizes) => writer.node('Reshape', [from, numbers.name(sizes)], to),
    push: (...fields) => void parts.push(...fields),
  }
  return writer
}
