import type { Example } from '../data/example.ts'
import type { AdapterCall, AdapterPrompt } from '../ports/adapter.ts'
import { outputJsonSchema } from '../signature/json-schema.ts'
import type { Signature } from '../signature/signature.ts'
import { fieldList } from './chat-format.ts'
import { conversation } from './conversation.ts'
import { has } from './demo-turns.ts'
import { textSignature } from './native-fields.ts'
import { wording } from './wording.ts'

/** Messages in the JSON format, and the schema of the answer for a model that obeys one. */
export const formatJson = (call: AdapterCall): AdapterPrompt =>
  withResponseSchema(
    call,
    conversation(call, { system: jsonSystem, answer: jsonAnswer, reminder: jsonReminder, grammar: 'json' }),
  )

/** The prompt with the schema of the outputs, where the model obeys one and not the grammar, which says the same. */
export const withResponseSchema = ({ capabilities, signature }: AdapterCall, prompt: AdapterPrompt): AdapterPrompt =>
  capabilities?.responseSchema === true && !(capabilities.grammar === true && capabilities.answerGrammars !== undefined)
    ? {
        ...prompt,
        responseSchema: { name: 'answer', schema: outputJsonSchema(textSignature(signature, capabilities)) },
      }
    : prompt

/** What the last user message ends with. */
export const jsonReminder = (signature: Signature): string =>
  wording.jsonReminder(signature.outputs.map(field => field.name))

const jsonSystem = (signature: Signature): string =>
  [
    fieldList(signature),
    wording.jsonShape,
    `{\n${signature.outputs.map(({ name }) => `  ${JSON.stringify(name)}: ${wording.placeholder(name)}`).join(',\n')}\n}`,
    `${wording.task} ${signature.instructions}`,
  ].join('\n\n')

/** An answer as the model is meant to write it. */
export const jsonAnswer = (signature: Signature, values: Example): string =>
  JSON.stringify(
    Object.fromEntries(
      signature.outputs.map(field => [field.name, has(values, field) ? plain(values[field.name]) : wording.missing]),
    ),
    null,
    2,
  )

const plain = (value: unknown): unknown =>
  value instanceof Set ? [...value] : typeof value === 'bigint' ? String(value) : value
