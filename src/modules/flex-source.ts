import type { Signature } from '../signature/signature.ts'
import { signatureText } from '../signature/signature-text.ts'

/** The code that a flex begins with: one question to a model, with the whole signature. */
export const baselineSource = (signature: Signature): string => {
  const fields = signature.outputs.map(({ name }) => `${name}: result.${name}`).join(', ')
  return [
    'async function forward(inputs) {',
    `  const result = await predict(${JSON.stringify(signatureText(signature) ?? plainText(signature))}, inputs, ${JSON.stringify(signature.instructions)})`,
    `  return { ${fields} }`,
    '}',
  ].join('\n')
}

/** The names alone, where types cannot be written. */
const plainText = ({ inputs, outputs }: Signature): string =>
  `${inputs.map(({ name }) => name).join(', ')} -> ${outputs.map(({ name }) => name).join(', ')}`

/** Whether a source is what DSPy writes: a Python class. */
export const isPython = (source: string): boolean => /^class \w+\(dspy\.Module\):/m.test(source)
