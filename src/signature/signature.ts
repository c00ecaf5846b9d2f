import type { Field } from './field.ts'

/**
 * What a module takes and gives: named, typed fields and the instructions that connect them. Immutable.
 *
 * `Inputs` and `Outputs` are known to the compiler only; nothing of them exists at run time.
 */
export interface Signature<Inputs = unknown, Outputs = unknown> {
  readonly instructions: string
  readonly inputs: readonly Field[]
  readonly outputs: readonly Field[]
  /** Type information only; never present. */
  readonly '~types'?: { readonly inputs: Inputs; readonly outputs: Outputs }
}

/** The instructions a signature has when nobody wrote any; optimizers and DSPy treat exactly this text as "none yet". */
export const defaultInstructions = (inputs: readonly Field[], outputs: readonly Field[]): string =>
  `Read ${quoted(inputs)} and produce ${quoted(outputs)}.`

const quoted = (fields: readonly Field[]): string =>
  fields.length === 0 ? 'nothing' : fields.map(field => `\`${field.name}\``).join(', ')
