import { ConfigurationError } from '../errors/configuration-error.ts'
import { SandboxError } from '../errors/sandbox-error.ts'
import type { SandboxCall, SandboxLimits } from '../ports/sandbox.ts'
import { beyondBounds } from './json-text.ts'
import { limitsOf } from './limits.ts'
import type { EngineCall } from './run-in-engine.ts'

/**
 * A call as the engine takes it: every option there, the arguments as text.
 *
 * @throws ConfigurationError `configuration/invalid`; SandboxError `sandbox/input`
 */
export const checkedCall = (call: SandboxCall, defaults: SandboxLimits): EngineCall => {
  const { source, name = 'default', now = 0, seed = 0 } = call
  const limits = limitsOf(call.limits, defaults)
  for (const [option, value] of Object.entries({ now, seed })) {
    if (Number.isSafeInteger(value)) continue
    throw new ConfigurationError('configuration/invalid', `Expected ${option} to be a whole number, got ${value}.`, {
      option,
    })
  }
  const args = jsonOf(call.args)
  const bounds = { bytes: limits.inputBytes, depth: limits.depth }
  const beyond = beyondBounds(source, { ...bounds, depth: Number.POSITIVE_INFINITY }) ?? beyondBounds(args, bounds)
  if (beyond === undefined) return { source, name, args, now, seed, limits }
  throw new SandboxError('sandbox/input', `The source, or the arguments as JSON, is ${beyond}. Pass less of it.`)
}

const jsonOf = (args: readonly unknown[]): string => {
  try {
    return JSON.stringify(args)
  } catch (cause) {
    throw new SandboxError('sandbox/input', 'The arguments cannot be written as JSON. Pass plain values.', { cause })
  }
}
