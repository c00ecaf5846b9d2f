import { fieldLines } from '../adapters/field-lines.ts'
import type { AnyModule, Predictor } from '../ports/module.ts'
import type { Field } from '../signature/field.ts'
import { quoted } from './rows-as-text.ts'
import { programWording as wording } from './wording-grounded.ts'

/** What a program takes and gives and which steps it has, as a prompt model reads it: from its module tree, not its code. */
export const describeProgram = ({
  kind,
  signature: { inputs, outputs, instructions },
  predictors,
}: Pick<AnyModule, 'kind' | 'signature' | 'predictors'>): string => {
  const whole = wording.program(kind, fieldLines(inputs), fieldLines(outputs), quoted(instructions))
  if (predictors.length < 2) return whole
  const steps = predictors.map(({ path, signature }, index) =>
    wording.stepOf(index + 1, path, names(signature.inputs), names(signature.outputs), quoted(signature.instructions)),
  )
  return `${whole}\n${wording.steps(steps)}`
}

/** What one step of a program takes and gives. */
export const describeStep = ({ path, signature: { inputs, outputs } }: Pick<Predictor, 'path' | 'signature'>): string =>
  wording.step(path, fieldLines(inputs), fieldLines(outputs))

const names = (fields: readonly Field[]): string => fields.map(({ name }) => name).join(', ')
