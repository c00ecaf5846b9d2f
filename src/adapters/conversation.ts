import type { Example } from '../data/example.ts'
import type { AdapterCall, AdapterPrompt } from '../ports/adapter.ts'
import type { AnswerGrammars } from '../ports/language-model.ts'
import type { Message } from '../ports/message.ts'
import { readSpecial } from '../signature/read-special.ts'
import { isRow } from '../signature/row.ts'
import type { Signature } from '../signature/signature.ts'
import { specialName, specialTypes } from '../signature/special-types.ts'
import { has, showableDemos } from './demo-turns.ts'
import { fieldLines } from './field-lines.ts'
import { callMessages, callsOfTurn, hasAny } from './history-turns.ts'
import { block, type FieldBlock, inputContent, joinBlocks } from './input-content.ts'
import { isHistory, nativeFields, textSignature, toolsOf } from './native-fields.ts'
import { refuseParts } from './refuse-parts.ts'
import { renderValue } from './render-value.ts'
import { wording } from './wording.ts'

/** What one prompt format says: the rest of a conversation is the same in all of them. */
export interface PromptFormat {
  readonly system: (signature: Signature) => string
  /** An answer as the model is meant to write it. */
  readonly answer: (signature: Signature, values: Example) => string
  /** What the last user message ends with. */
  readonly reminder: (signature: Signature) => string
  /** How an input stands in a message: under its marker when absent. */
  readonly block?: FieldBlock
  /** Which grammar its answers follow, of those that a model brings. */
  readonly grammar?: keyof AnswerGrammars
}

/**
 * A system message, a pair of turns for each demo, the turns of the history, the question.
 *
 * 1. What the model takes natively (see `nativeFields`) is in no text: tools are the prompt's `tools`. The signature
 *    that the format gets is without it.
 * 2. The calls of a turn are the assistant's, their results messages of the role `tool`, where the model takes tools
 *    natively and every call has its result; text otherwise.
 * 3. A model that obeys grammars, and brings them, gets that of the format, unless it may call tools instead.
 * 4. A turn without inputs has no message of the user, and an input that has nothing to say is none after results.
 *
 * @throws ModelError `model/unsupported` for images, audio and files that the model is known not to take
 */
export const conversation = (call: AdapterCall, given: PromptFormat): AdapterPrompt => {
  const { signature: whole, demos, input, capabilities } = call
  const native = nativeFields(whole, capabilities)
  const signature = textSignature(whole, capabilities)
  // All outputs go beside the text: no shape to show, none to remind of.
  const isSilent = signature.outputs.length === 0 && native.calls !== undefined
  const format = isSilent ? silentFormat(given) : given
  const talk: Talk = { whole, signature, format, isNative: native.calls !== undefined }
  const shared: Message[] = [
    { role: 'system', content: format.system(signature) },
    ...showableDemos({ ...signature, outputs: whole.outputs }, demos).flatMap((demo, index) =>
      demoMessages(talk, demo, index),
    ),
  ]
  const history = historyOf(whole, input).flatMap((turn, index) => turnMessages(talk, turn, index))
  const question = inputContent(signature, input, format.reminder(signature), format.block)
  const isSaid = question === '' && history.length > 0 && history.at(-1)?.role !== 'assistant'
  const messages: Message[] = [...shared, ...history, ...(isSaid ? [] : [{ role: 'user' as const, content: question }])]
  if (capabilities !== undefined) refuseParts(messages, capabilities)
  const tools = toolsOf(native, input)
  const isHeld = capabilities?.grammar === true && native.calls === undefined
  const grammar = isHeld && format.grammar ? capabilities.answerGrammars?.[format.grammar]?.(signature) : undefined
  return {
    messages,
    sharedMessages: shared.length,
    ...(tools !== undefined && { tools }),
    ...(grammar !== undefined && { grammar }),
  }
}

/** What the messages of a conversation share. */
interface Talk {
  readonly whole: Signature
  /** Without what is native, and without the history. */
  readonly signature: Signature
  readonly format: PromptFormat
  readonly isNative: boolean
}

const silentFormat = (format: PromptFormat): PromptFormat => ({
  ...format,
  system: ({ inputs, instructions }) =>
    [
      ...(inputs.length === 0 ? [] : [`${wording.inputs}\n${fieldLines(inputs)}`]),
      wording.callTools,
      `${wording.task} ${instructions}`,
    ].join('\n\n'),
  answer: () => '',
  reminder: () => '',
})

const demoMessages = (talk: Talk, demo: Example, index: number): readonly Message[] => {
  const { whole, signature, format, isNative } = talk
  const user: Message = { role: 'user', content: inputContent(signature, demo, '', format.block) }
  const found = isNative ? callsOfTurn(whole, demo) : undefined
  if (found !== undefined) {
    // A call without a result is refused by providers, and a demo has none.
    const results = found.calls.map(({ id, name }) => ({
      ...(id !== undefined && { callId: id }),
      name,
      value: wording.missing,
    }))
    const called = callMessages({ ...found, results }, `demo_${index}`, givenAnswer(talk, demo), renderValue)
    if (called !== undefined) return [user, ...called]
  }
  const content = format.answer(signature, answerValues(signature, demo))
  return content === '' ? [] : [user, { role: 'assistant', content }]
}

const turnMessages = (talk: Talk, turn: Example, index: number): readonly Message[] => {
  const { whole, signature, format, isNative } = talk
  const content = hasAny(turn, signature.inputs)
    ? inputContent(signature, turn, format.reminder(signature), format.block)
    : ''
  const user: Message[] = content === '' ? [] : [{ role: 'user', content }]
  const found = callsOfTurn(whole, turn)
  if (found === undefined) {
    const answer = format.answer(signature, answerValues(signature, turn))
    return answer === '' ? user : [...user, { role: 'assistant', content: answer }]
  }
  const answer = givenAnswer(talk, turn)
  const called = isNative ? callMessages(found, String(index), answer, renderValue) : undefined
  if (called !== undefined) return [...user, ...called]
  const { name, calls, results } = found
  const write = format.block ?? block
  const said = signature.outputs.some(field => field.name === name)
    ? answer
    : joinBlocks([answer, write(name, renderValue(calls))])
  const told: Message[] =
    results === undefined ? [] : [{ role: 'user', content: write('tool_call_results', renderValue(results)) }]
  return [...user, { role: 'assistant', content: said }, ...told]
}

/** The answer of a row without the fields that it lacks: a turn of calls has the others only by chance. */
const givenAnswer = ({ signature, format }: Talk, row: Example): string => {
  const outputs = signature.outputs.filter(field => has(row, field) && row[field.name] !== '')
  return outputs.length === 0
    ? ''
    : format.answer({ ...signature, outputs }, answerValues({ ...signature, outputs }, row))
}

/** Outputs in the one form of their types: a demo of DSPy's shows what we ask for. */
const answerValues = ({ outputs }: Signature, row: Example): Example => {
  const special = outputs.filter(field => has(row, field) && specialTypes.has(specialName(field.type) ?? ''))
  if (special.length === 0) return row
  const read = special.map(({ name, type }) => [name, readSpecial(specialName(type) ?? '', row[name]) ?? row[name]])
  return { ...row, ...Object.fromEntries(read) }
}

/** Earlier turns: `{ messages: [{ question, answer }, …] }` or the list alone, in the history field of the input. */
const historyOf = (signature: Signature, input: Example): readonly Example[] =>
  signature.inputs.filter(isHistory).flatMap(({ name }) => {
    const value = input[name]
    const turns = isRow(value) ? value.messages : value
    return Array.isArray(turns) ? turns.filter(isRow) : []
  })
