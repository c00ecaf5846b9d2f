import type { Field } from '../src/signature/field.ts'
import { defaultInstructions, type Signature } from '../src/signature/signature.ts'

const text = { kind: 'string' } as const

/** A field nobody described, as the signature string grammar makes it. */
export const plainField = (name: string, role: Field['role'], type: Field['type'] = text): Field => ({
  name,
  role,
  type,
  optional: false,
  description: `\${${name}}`,
  prefix: `${name.charAt(0).toUpperCase()}${name.slice(1)}:`,
})

/** A signature of such fields; without instructions it has the default ones. */
export const plainSignature = (
  inputs: readonly Field[],
  outputs: readonly Field[],
  instructions?: string,
): Signature => ({
  inputs,
  outputs,
  instructions: instructions ?? defaultInstructions(inputs, outputs),
})

/** The same with an answer field for reasoning in front, as chain of thought has it; the instructions stay. */
export const withReasoning = (signature: Signature): Signature => ({
  ...signature,
  outputs: [plainField('reasoning', 'output'), ...signature.outputs],
})
