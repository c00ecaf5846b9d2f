import { parseJson } from '../data/safe-json.ts'
import type { ToolCallValue } from '../data/tool-values.ts'
import { KkachiError } from '../errors/kkachi-error.ts'
import { type FieldIssue, PredictionError } from '../errors/prediction-error.ts'
import type { Adapter } from '../ports/adapter.ts'
import type { Completion } from '../ports/language-model.ts'
import type { ToolCall } from '../ports/message.ts'
import type { Field } from '../signature/field.ts'
import { readToolCalls } from '../signature/read-tool-values.ts'
import type { Signature } from '../signature/signature.ts'
import { isTextual } from './coerce-special.ts'
import { callsField, nativeFields, reasoningField } from './native-fields.ts'
import { keepThoughts } from './thoughts-of-calls.ts'

type Fields = Record<string, unknown>

/**
 * The `parse` of a format, from its reading of text, for answers that have more than text: an output of type `ToolCalls`
 * is taken from the calls of the completion, one of type `Reasoning` from its reasoning; the others from its text.
 *
 * 1. Calls that came win over a field of that name in the text. Where the model takes tools natively, no calls are `[]`.
 * 2. Arguments that are no JSON object are an issue of the field: `prediction/invalid`.
 * 3. Text beside calls may lack the text outputs: they are then empty, and the first is the whole text where it has none.
 *
 * @example
 * const yaml: Adapter = { name: 'yaml', parse: nativeParse(parseYaml), … }
 */
export const nativeParse =
  (parse: (signature: Signature, completion: Completion) => Fields): Adapter['parse'] =>
  (signature, completion, capabilities) => {
    const calls = callsField(signature)
    const thought = reasoningField(signature)
    if (calls === undefined && thought === undefined) return parse(signature, completion)
    const native = nativeFields(signature, capabilities)
    const { toolCalls = [], thoughts, reasoning = '', text } = completion
    const taken: Fields = {}
    if (calls !== undefined && (toolCalls.length > 0 || native.calls !== undefined)) {
      taken[calls.name] = keepThoughts(callsIn(toolCalls, calls, text), thoughts)
    }
    if (thought !== undefined && (reasoning !== '' || native.reasoning !== undefined)) {
      taken[thought.name] = reasoning
    }
    const rest = { ...signature, outputs: signature.outputs.filter(({ name }) => !Object.hasOwn(taken, name)) }
    const isFree = toolCalls.length > 0 || (native.calls !== undefined && text.trim() !== '')
    const read = isFree
      ? parseBesideCalls(parse, rest, completion)
      : rest.outputs.length === 0
        ? {}
        : parse(rest, completion)
    // In the order of the signature, whatever came from where.
    return Object.fromEntries(
      signature.outputs.map(({ name }) => [name, Object.hasOwn(taken, name) ? taken[name] : read[name]]),
    )
  }

/** Reads the text beside calls, which may say nothing, or something outside of the format. */
const parseBesideCalls = (
  parse: (signature: Signature, completion: Completion) => Fields,
  signature: Signature,
  completion: Completion,
): Fields => {
  if (signature.outputs.length === 0) return {}
  const isText = (field: Field): boolean => field.type.kind === 'string' || isTextual(field.type)
  const outputs = signature.outputs.map(field =>
    isText(field) && field.default === undefined ? { ...field, default: '', constraints: {} } : field,
  )
  const fields = parse({ ...signature, outputs }, completion)
  const texts = signature.outputs.filter(isText)
  const [first] = texts
  if (first === undefined || texts.some(({ name }) => fields[name] !== '')) return fields
  return { ...fields, [first.name]: completion.text.trim() }
}

const callsIn = (calls: readonly ToolCall[], field: Field, text: string): readonly ToolCallValue[] => {
  const issues: FieldIssue[] = []
  const read = calls.flatMap(({ id, name, arguments: given }, index) => {
    const args = argumentsIn(given)
    const call = readToolCalls({ name, args })?.[0]
    if (args !== undefined && call !== undefined) return [id === '' ? call : { id, ...call }]
    issues.push({ field: field.name, problem: `call ${index + 1}: expected its arguments as one JSON object` })
    return []
  })
  if (issues.length === 0) return read
  throw new PredictionError(
    'prediction/invalid',
    `The calls of the answer could not be read: ${issues.map(issue => issue.problem).join('; ')}. Make the tools' descriptions clearer, or use a stronger model.`,
    { issues, text },
  )
}

const argumentsIn = (text: string): unknown => {
  try {
    return text.trim() === '' ? {} : parseJson(text)
  } catch (error) {
    if (error instanceof SyntaxError || KkachiError.is(error, 'data/unsafe')) return undefined
    throw error
  }
}
