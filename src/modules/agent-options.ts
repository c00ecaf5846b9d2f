import { ConfigurationError } from '../errors/configuration-error.ts'
import type { Signature } from '../signature/signature.ts'

/**
 * Refuses what an agent cannot work with.
 *
 * @throws ConfigurationError `configuration/invalid`
 */
export const checkAgent = (
  signature: Signature,
  maxIterations: number,
  reserved: { readonly inputs: readonly string[]; readonly outputs: readonly string[] },
): void => {
  if (!Number.isInteger(maxIterations) || maxIterations < 1) {
    throw new ConfigurationError(
      'configuration/invalid',
      `Expected maxIterations to be a whole number from 1, got ${maxIterations}. Leave it out for the default.`,
      { option: 'maxIterations' },
    )
  }
  const taken =
    signature.inputs.find(({ name }) => reserved.inputs.includes(name)) ??
    signature.outputs.find(({ name }) => reserved.outputs.includes(name))
  if (taken === undefined) return
  throw new ConfigurationError(
    'configuration/invalid',
    `Expected a signature without a field '${taken.name}', which the agent uses itself. Rename the field.`,
    { option: 'signature' },
  )
}
