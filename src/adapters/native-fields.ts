import type { Example } from '../data/example.ts'
import type { ModelCapabilities } from '../ports/language-model.ts'
import type { ToolDefinition } from '../ports/message.ts'
import type { Field } from '../signature/field.ts'
import type { FieldType } from '../signature/field-type.ts'
import { readTool } from '../signature/read-tool-values.ts'
import type { Signature } from '../signature/signature.ts'
import { specialName } from '../signature/special-types.ts'

/** The fields that travel beside the text of messages and answers, for one model. */
export interface NativeFields {
  /** The input of type `Tool` or `Tool[]`, and the output of type `ToolCalls`: both or none. */
  readonly tools?: Field
  readonly calls?: Field
  /** The output of type `Reasoning`. */
  readonly reasoning?: Field
}

/**
 * What of a signature a model takes and gives natively: tools and calls where it calls tools (`capabilities.tools`),
 * the reasoning where it tells its thoughts (`capabilities.reasoning`). What is not certain goes as text.
 */
export const nativeFields = (signature: Signature, capabilities: ModelCapabilities = {}): NativeFields => {
  const tools = signature.inputs.find(
    ({ type }) => isOf('Tool', type) || (type.kind === 'list' && isOf('Tool', type.items)),
  )
  const calls = callsField(signature)
  const reasoning = capabilities.reasoning === true ? reasoningField(signature) : undefined
  const areNative = capabilities.tools === true && tools !== undefined && calls !== undefined
  return {
    ...(areNative && { tools, calls }),
    // A prompt that asks for nothing would be none.
    ...(reasoning !== undefined && (areNative || signature.outputs.length > 1) && { reasoning }),
  }
}

/** The output of type `ToolCalls`. */
export const callsField = ({ outputs }: Signature): Field | undefined =>
  outputs.find(({ type }) => isOf('ToolCalls', type))

/** The output of type `Reasoning`. */
export const reasoningField = ({ outputs }: Signature): Field | undefined =>
  outputs.find(({ type }) => isOf('Reasoning', type))

/** The signature without the fields that go beside the text: the history, and what is native. */
export const textSignature = (signature: Signature, capabilities?: ModelCapabilities): Signature => {
  const { tools, calls, reasoning } = nativeFields(signature, capabilities)
  const inputs = signature.inputs.filter(field => !isHistory(field) && field !== tools)
  const outputs = signature.outputs.filter(field => field !== calls && field !== reasoning)
  return inputs.length === signature.inputs.length && outputs.length === signature.outputs.length
    ? signature
    : { ...signature, inputs, outputs }
}

/** The tools of an input as a model's provider takes them; undefined where there are none. */
export const toolsOf = ({ tools }: NativeFields, input: Example): readonly ToolDefinition[] | undefined => {
  const given = tools && input[tools.name]
  const read = (Array.isArray(given) ? given : [given]).flatMap(one => readTool(one) ?? [])
  return read.length === 0 ? undefined : read
}

export const isHistory = ({ type }: Field): boolean => isOf('History', type)

/** Whether a type is the special one of this name, or null beside it. */
const isOf = (name: string, type: FieldType): boolean =>
  type.kind === 'union'
    ? type.members.some(member => isOf(name, member)) &&
      type.members.every(member => member.kind === 'null' || isOf(name, member))
    : specialName(type) === name
