import type { Example } from '../data/example.ts'
import type { AdapterCall, AdapterPrompt } from '../ports/adapter.ts'
import type { Message } from '../ports/message.ts'
import type { Field } from '../signature/field.ts'
import type { Signature } from '../signature/signature.ts'
import { showableDemos } from './demo-turns.ts'
import { type FieldBlock, inputContent } from './input-content.ts'

/** What one prompt format says: the rest of a conversation is the same in all of them. */
export interface PromptFormat {
  readonly system: (signature: Signature) => string
  /** An answer as the model is meant to write it. */
  readonly answer: (signature: Signature, values: Example) => string
  /** What the last user message ends with. */
  readonly reminder: (signature: Signature) => string
  /** How an input stands in a message: under its marker when absent. */
  readonly block?: FieldBlock
}

/** A system message, a pair of turns for each demo, the turns of the history, the question. */
export const conversation = ({ signature: whole, demos, input }: AdapterCall, format: PromptFormat): AdapterPrompt => {
  const signature = withoutHistory(whole)
  const turns = showableDemos(signature, demos).flatMap((demo): Message[] => [
    { role: 'user', content: inputContent(signature, demo, '', format.block) },
    { role: 'assistant', content: format.answer(signature, demo) },
  ])
  const shared: Message[] = [{ role: 'system', content: format.system(signature) }, ...turns]
  const reminder = format.reminder(signature)
  const history = historyOf(whole, input).flatMap((turn): Message[] => [
    { role: 'user', content: inputContent(signature, turn, reminder, format.block) },
    { role: 'assistant', content: format.answer(signature, turn) },
  ])
  return {
    messages: [
      ...shared,
      ...history,
      { role: 'user', content: inputContent(signature, input, reminder, format.block) },
    ],
    sharedMessages: shared.length,
  }
}

const isHistory = ({ type }: Field): boolean =>
  type.kind === 'special' && (type.name === 'History' || type.name === 'dspy.History')

const withoutHistory = (signature: Signature): Signature =>
  signature.inputs.some(isHistory)
    ? { ...signature, inputs: signature.inputs.filter(field => !isHistory(field)) }
    : signature

/** Earlier turns: `{ messages: [{ question, answer }, …] }` or the list alone, in the history field of the input. */
const historyOf = (signature: Signature, input: Example): readonly Example[] =>
  signature.inputs.filter(isHistory).flatMap(({ name }) => {
    const value = input[name]
    const turns = isRow(value) ? value.messages : value
    return Array.isArray(turns) ? turns.filter(isRow) : []
  })

const isRow = (value: unknown): value is Example => typeof value === 'object' && value !== null && !Array.isArray(value)
