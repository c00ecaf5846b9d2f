import type { Example } from '../data/example.ts'
import type { ContentPart } from '../ports/message.ts'
import type { Field } from '../signature/field.ts'
import type { Signature } from '../signature/signature.ts'
import { renderValue } from './render-value.ts'

/** The marker that opens a field. */
export const fieldMarker = (name: string): string => `[[ ## ${name} ## ]]`

/** How a field stands in a message. */
export type FieldBlock = (name: string, value: string) => string

/** A field under its marker. */
export const block: FieldBlock = (name, value) => `${fieldMarker(name)}\n${value}`

export const joinBlocks = (blocks: readonly string[]): string => blocks.filter(text => text !== '').join('\n\n')

/** The inputs of a row as the content of a user message, with `reminder` at its end; parts where there are images. */
export const inputContent = (
  signature: Signature,
  values: Example,
  reminder: string,
  write: FieldBlock = block,
): string | ContentPart[] => {
  const fields = signature.inputs.filter(field => present(values, field))
  if (!fields.some(field => imageOf(field, values) !== undefined)) {
    return joinBlocks([...fields.map(field => write(field.name, renderValue(values[field.name]))), reminder])
  }
  const parts: ContentPart[] = []
  let text = ''
  for (const field of fields) {
    const url = imageOf(field, values)
    if (text !== '') text += '\n\n'
    text += write(field.name, url === undefined ? renderValue(values[field.name]) : '')
    if (url !== undefined) {
      parts.push({ type: 'text', text }, { type: 'image', url })
      text = ''
    }
  }
  return [...parts, { type: 'text', text: joinBlocks([text, reminder]) }]
}

// An input given as null is shown as null; a demo's null is no value and was sorted out before.
const present = (values: Example, field: Field): boolean =>
  Object.hasOwn(values, field.name) && values[field.name] !== undefined

/** The address of an image field's value: the text itself, or its `url`. */
const imageOf = ({ name, type }: Field, values: Example): string | undefined => {
  if (type.kind !== 'special' || (type.name !== 'Image' && type.name !== 'dspy.Image')) return undefined
  const value = values[name]
  if (typeof value === 'string') return value
  return typeof value === 'object' && value !== null && 'url' in value && typeof value.url === 'string'
    ? value.url
    : undefined
}
