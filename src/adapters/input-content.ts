import type { Example } from '../data/example.ts'
import type { ContentPart } from '../ports/message.ts'
import type { Field } from '../signature/field.ts'
import type { Signature } from '../signature/signature.ts'
import { inputPieces } from './input-pieces.ts'

/** The marker that opens a field. */
export const fieldMarker = (name: string): string => `[[ ## ${name} ## ]]`

/** How a field stands in a message. */
export type FieldBlock = (name: string, value: string) => string

/** A field under its marker. */
export const block: FieldBlock = (name, value) => `${fieldMarker(name)}\n${value}`

export const joinBlocks = (blocks: readonly string[]): string => blocks.filter(text => text !== '').join('\n\n')

/** The inputs of a row as the content of a user message, with `reminder` at its end; parts where there is more than text. */
export const inputContent = (
  signature: Signature,
  values: Example,
  reminder: string,
  write: FieldBlock = block,
): string | ContentPart[] => {
  const documents = { count: 0 }
  const parts: ContentPart[] = []
  let text = ''
  for (const { name, type } of signature.inputs.filter(field => present(values, field))) {
    if (text !== '') text += '\n\n'
    const [before = '', after = ''] = write(name, place).split(place)
    for (const piece of [before, ...inputPieces(type, values[name], documents), after]) {
      if (typeof piece === 'string') text += piece
      else {
        if (text !== '') parts.push({ type: 'text', text })
        parts.push(piece)
        text = ''
      }
    }
  }
  const end = joinBlocks([text, reminder])
  if (parts.length === 0) return end
  return end === '' ? parts : [...parts, { type: 'text', text: end }]
}

/** Stands for a value while its block is written; no name has it. */
const place = '\u0000'

// An input given as null is shown as null; a demo's null is no value and was sorted out before.
const present = (values: Example, field: Field): boolean =>
  Object.hasOwn(values, field.name) && values[field.name] !== undefined
