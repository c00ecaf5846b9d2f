import type { AdapterCall, AdapterPrompt } from '../ports/adapter.ts'
import type { FieldType } from '../signature/field-type.ts'
import { outputJsonSchema } from '../signature/json-schema.ts'
import type { Signature } from '../signature/signature.ts'
import { typeName } from '../signature/type-name.ts'
import { compactSchema } from './compact-schema.ts'
import { conversation } from './conversation.ts'
import { fieldLines } from './field-lines.ts'
import { jsonAnswer, jsonReminder, withResponseSchema } from './json-format.ts'
import { wording } from './wording.ts'

/** Messages in the JSON format, the types of the outputs written as TypeScript has them. */
export const formatCompact = (call: AdapterCall): AdapterPrompt =>
  withResponseSchema(
    call,
    conversation(call, { system: compactSystem, answer: jsonAnswer, reminder: jsonReminder, grammar: 'json' }),
  )

const compactSystem = (signature: Signature): string =>
  [
    ...(signature.inputs.length === 0 ? [] : [`${wording.inputs}\n${fieldLines(signature.inputs, inputType)}`]),
    wording.jsonShape,
    compactSchema(outputJsonSchema(signature)),
    `${wording.task} ${signature.instructions}`,
  ].join('\n\n')

const inputType = (type: FieldType): string => (holdsSchema(type) ? wording.shownByValue : typeName(type))

const holdsSchema = (type: FieldType): boolean => {
  switch (type.kind) {
    case 'schema':
      return true
    case 'list':
    case 'set':
      return holdsSchema(type.items)
    case 'record':
      return holdsSchema(type.values)
    case 'tuple':
      return type.items.some(holdsSchema)
    case 'union':
      return type.members.some(holdsSchema)
    default:
      return false
  }
}
