import type { Example } from '../data/example.ts'
import type { AdapterCall, AdapterPrompt } from '../ports/adapter.ts'
import type { Signature } from '../signature/signature.ts'
import { fieldList } from './chat-format.ts'
import { conversation } from './conversation.ts'
import { has } from './demo-turns.ts'
import type { FieldBlock } from './input-content.ts'
import { renderValue } from './render-value.ts'
import { wording } from './wording.ts'

/** Messages that ask for an answer in the model's own words. */
export const formatFree = (call: AdapterCall): AdapterPrompt =>
  conversation(call, { system: freeSystem, answer: freeAnswer, reminder: () => '', block: freeBlock })

const freeSystem = (signature: Signature): string =>
  [fieldList(signature), wording.freeShape, `${wording.task} ${signature.instructions}`].join('\n\n')

const freeAnswer = (signature: Signature, values: Example): string =>
  signature.outputs
    .map(field => freeBlock(field.name, has(values, field) ? renderValue(values[field.name]) : wording.missing))
    .join('\n')

const freeBlock: FieldBlock = (name, value) => `${name}: ${value}`
