import { renderValue } from '../adapters/render-value.ts'
import type { Example } from '../data/example.ts'
import { parseSignature } from '../signature/create.ts'
import { defaultDescription } from '../signature/field-of.ts'
import { append, describeFields } from '../signature/operations.ts'
import type { Signature } from '../signature/signature.ts'
import { typeName } from '../signature/type-name.ts'
import { quotedNames } from './code-names.ts'
import type { CodeStep } from './code-session.ts'
import { codeWording, rlmWording as wording } from './wording.ts'

/** A step of `rlm`: what the model thought, the code, and what the model was told came of it. */
export interface RlmStep extends CodeStep {
  readonly reasoning: string
}

/** Characters of a variable that the model gets to see. */
const lookLength = 1000

/** What the model is told about the inputs: never more than a look at each. */
export const variablesInfo = (signature: Signature, input: Example): string =>
  signature.inputs
    .filter(({ name }) => input[name] !== undefined)
    .map(({ name, type, description }) => {
      const text = renderValue(input[name])
      const meaning = description === defaultDescription(name) ? '' : description
      return wording.variable(name, typeName(type), meaning, text.length, cutInside(text, lookLength))
    })
    .join('\n\n')

/** The steps so far, each output cut to what the model may see of it. */
export const replHistory = (steps: readonly RlmStep[], maxOutputChars: number): string =>
  steps.length === 0
    ? wording.begun
    : steps
        .map(({ reasoning, code, output }, index) =>
          wording.step(index + 1, reasoning, code, output.length, cutInside(output, maxOutputChars)),
        )
        .join('\n\n')

/** The beginning and the end of a text that is longer than `most`. */
const cutInside = (text: string, most: number): string => {
  if (text.length <= most) return text
  const head = Math.floor(most / 2)
  return text.slice(0, head) + wording.omitted(text.length - most) + text.slice(text.length - (most - head))
}

/** The call that ends the work. */
export const submitCall = ({ outputs }: Signature): string => codeWording.submit(outputs.map(({ name }) => name))

/** Asks for the next step. */
export const actionSignature = (task: Signature, maxModelCalls: number, tools: readonly string[]): Signature => {
  const outputs = task.outputs.map(({ name, type, description }) =>
    wording.output(name, typeName(type), description === defaultDescription(name) ? '' : description),
  )
  const rules = wording.instructions(quotedNames(task.inputs), outputs, submitCall(task), maxModelCalls, tools)
  return parseSignature('variables_info, repl_history, iteration -> reasoning, code', {
    instructions: `${task.instructions}\n\n${rules}`,
    descriptions: wording.descriptions,
  })
}

/** Asks for the outputs when the steps are used up. */
export const extractSignature = (task: Signature): Signature => {
  const asked: Signature = append(
    append({ ...task, inputs: [] } as Signature, 'input', 'variables_info'),
    'input',
    'repl_history',
  )
  const { variables_info, repl_history } = wording.descriptions
  return {
    ...describeFields(asked, { variables_info, repl_history }),
    instructions: `${task.instructions}\n\n${wording.extract}`,
  }
}
