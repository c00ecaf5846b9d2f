import type { PredictorState } from '../ports/module.ts'
import type { Field } from '../signature/field.ts'
import type { Signature } from '../signature/signature.ts'

/** What a predictor knows before it learned anything: its signature as written, no demos. */
export const initialState = (signature: Signature): PredictorState => ({
  traces: [],
  train: [],
  demos: [],
  signature: {
    instructions: signature.instructions,
    fields: [...signature.inputs, ...signature.outputs].map(({ prefix, description }) => ({ prefix, description })),
  },
  lm: null,
})

/** The signature with the instructions, labels and descriptions of a state in place; fields go by position, as in DSPy. */
export const learnedSignature = (signature: Signature, state: PredictorState): Signature => {
  const { instructions, fields } = state.signature
  const learned = (field: Field, index: number): Field => {
    const saved = fields[index]
    return saved === undefined ? field : { ...field, prefix: saved.prefix, description: saved.description }
  }
  return {
    ...signature,
    instructions,
    inputs: signature.inputs.map(learned),
    outputs: signature.outputs.map((field, index) => learned(field, signature.inputs.length + index)),
  }
}
