import { signature } from '../signature/create.ts'
import { describeFields, withInstructions } from '../signature/operations.ts'
import type { Signature } from '../signature/signature.ts'

export interface Wording {
  readonly instructions?: string
  readonly descriptions?: Readonly<Record<string, string>>
}

/** The signature a module was made with, its instructions and descriptions in place. */
export const signatureOf = (source: string | Signature, wording: Wording): Signature => {
  if (typeof source === 'string') return signature(source, wording)
  const { instructions, descriptions } = wording
  const instructed = instructions === undefined ? source : withInstructions(source, instructions)
  return descriptions === undefined ? instructed : describeFields(instructed, descriptions)
}
