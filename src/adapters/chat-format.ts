import type { Example } from '../data/example.ts'
import type { AdapterCall, AdapterPrompt } from '../ports/adapter.ts'
import type { Message } from '../ports/message.ts'
import type { Field } from '../signature/field.ts'
import type { Signature } from '../signature/signature.ts'
import { has, showableDemos } from './demo-turns.ts'
import { fieldLines } from './field-lines.ts'
import { renderValue } from './render-value.ts'
import { wording } from './wording.ts'

/** The marker that opens a field in a chat answer. */
export const chatMarker = (name: string): string => `[[ ## ${name} ## ]]`

/** The name that closes an answer. */
export const completed = 'completed'

/** Messages in the chat format: a system message, a pair of turns for each demo, the question. */
export const formatChat = ({ signature, demos, input }: AdapterCall): AdapterPrompt => {
  const turns = showableDemos(signature, demos).flatMap((demo): Message[] => [
    { role: 'user', content: inputBlocks(signature, demo) },
    { role: 'assistant', content: chatAnswer(signature, demo) },
  ])
  const messages: Message[] = [
    { role: 'system', content: chatSystem(signature) },
    ...turns,
    { role: 'user', content: joinBlocks([inputBlocks(signature, input), chatReminder(signature)]) },
  ]
  return { messages, sharedMessages: messages.length - 1 }
}

/** The system message: fields, shape of the answer, task. */
export const chatSystem = (signature: Signature): string =>
  [
    [wording.inputs, fieldLines(signature.inputs), wording.outputs, fieldLines(signature.outputs)]
      .filter(part => part !== '')
      .join('\n'),
    wording.chatShape,
    ...signature.outputs.map(field => block(field.name, wording.placeholder(field.name))),
    chatMarker(completed),
    `${wording.task} ${signature.instructions}`,
  ].join('\n\n')

/** An answer as the model is meant to write it. */
export const chatAnswer = (signature: Signature, values: Example): string =>
  joinBlocks([
    ...signature.outputs.map(field =>
      block(field.name, has(values, field) ? renderValue(values[field.name]) : wording.missing),
    ),
    chatMarker(completed),
  ])

/** What the last user message ends with. */
export const chatReminder = (signature: Signature): string =>
  wording.chatReminder([...signature.outputs.map(field => field.name), completed].map(chatMarker))

const inputBlocks = (signature: Signature, values: Example): string =>
  joinBlocks(signature.inputs.filter(field => present(values, field)).map(field => block(field.name, renderValue(values[field.name]))))

// An input given as null is shown as null; a demo's null is no value and was sorted out before.
const present = (values: Example, field: Field): boolean =>
  Object.hasOwn(values, field.name) && values[field.name] !== undefined

const block = (name: string, value: string): string => `${chatMarker(name)}\n${value}`

const joinBlocks = (blocks: readonly string[]): string => blocks.filter(text => text !== '').join('\n\n')
