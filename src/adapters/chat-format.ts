import type { Example } from '../data/example.ts'
import type { AdapterCall, AdapterPrompt } from '../ports/adapter.ts'
import type { Signature } from '../signature/signature.ts'
import { conversation } from './conversation.ts'
import { has } from './demo-turns.ts'
import { fieldLines } from './field-lines.ts'
import { block, fieldMarker, joinBlocks } from './input-content.ts'
import { renderValue } from './render-value.ts'
import { wording } from './wording.ts'

/** The name that closes an answer. */
export const completed = 'completed'

/** Messages in the chat format. */
export const formatChat = (call: AdapterCall): AdapterPrompt =>
  conversation(call, { system: chatSystem, answer: chatAnswer, reminder: chatReminder, grammar: 'chat' })

/** The system message: fields, shape of the answer, task. */
export const chatSystem = (signature: Signature): string =>
  [
    fieldList(signature),
    wording.chatShape,
    ...signature.outputs.map(field => block(field.name, wording.placeholder(field.name))),
    fieldMarker(completed),
    `${wording.task} ${signature.instructions}`,
  ].join('\n\n')

/** The fields of a signature with their types and descriptions. */
export const fieldList = (signature: Signature): string =>
  [wording.inputs, fieldLines(signature.inputs), wording.outputs, fieldLines(signature.outputs)]
    .filter(part => part !== '')
    .join('\n')

/** An answer as the model is meant to write it. */
export const chatAnswer = (signature: Signature, values: Example): string =>
  joinBlocks([
    ...signature.outputs.map(field =>
      block(field.name, has(values, field) ? renderValue(values[field.name]) : wording.missing),
    ),
    fieldMarker(completed),
  ])

/** What the last user message ends with. */
export const chatReminder = (signature: Signature): string =>
  wording.chatReminder([...signature.outputs.map(field => field.name), completed].map(fieldMarker))
