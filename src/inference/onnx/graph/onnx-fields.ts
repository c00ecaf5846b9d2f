import { bytesField, floatField, joined, numberField, textField } from './wire-writer.ts'

/** Parts of an ONNX graph, written by the field numbers of onnx.proto. */

/** A field of the graph that holds a node. */
export const nodeField = (
  operator: string,
  inputs: readonly string[],
  output: string | readonly string[],
  attributes: Readonly<Record<string, Attribute>> = {},
  domain = '',
): Uint8Array =>
  bytesField(
    1,
    ...inputs.map(name => textField(1, name)),
    ...[output].flat().map(name => textField(2, name)),
    textField(3, `${[output].flat().join('+')}/${operator}`),
    textField(4, operator),
    ...Object.entries(attributes).map(([name, value]) => attributeField(name, value)),
    ...(domain === '' ? [] : [textField(7, domain)]),
  )

export type Attribute = number | readonly number[] | { readonly float: number } | { readonly graph: Uint8Array }

export const attributeField = (name: string, value: Attribute): Uint8Array => {
  if (typeof value === 'number') return bytesField(5, textField(1, name), numberField(3, value), numberField(20, 2))
  if ('float' in value) return bytesField(5, textField(1, name), floatField(2, value.float), numberField(20, 1))
  if ('graph' in value) return bytesField(5, textField(1, name), bytesField(6, value.graph), numberField(20, 5))
  return bytesField(5, textField(1, name), ...value.map(item => numberField(8, item)), numberField(20, 7))
}

/** An input (11) or an output (12) of the graph. */
export const valueField = (
  field: 11 | 12,
  name: string,
  type: number,
  shape: readonly (string | number)[],
): Uint8Array => {
  const sizes = shape.map(size => bytesField(1, typeof size === 'string' ? textField(2, size) : numberField(1, size)))
  const tensor = bytesField(1, numberField(1, type), bytesField(2, ...sizes))
  return bytesField(field, textField(1, name), bytesField(2, tensor))
}

/** A graph within a node: what it takes it finds around it, what it gives is named. */
export const innerGraph = (
  name: string,
  nodes: readonly Uint8Array[],
  output: string,
  type: number,
  shape: readonly (string | number)[],
): Uint8Array => joined([...nodes, textField(2, name), valueField(12, output, type, shape)])

/** An initializer of whole numbers, as shapes are. */
export const shapeField = (name: string, values: readonly number[]): Uint8Array => {
  const numbers = BigInt64Array.from(values, BigInt)
  return bytesField(
    5,
    numberField(1, values.length),
    numberField(2, 7),
    textField(8, name),
    bytesField(9, new Uint8Array(numbers.buffer)),
  )
}
