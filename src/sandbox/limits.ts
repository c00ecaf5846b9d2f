import { ConfigurationError } from '../errors/configuration-error.ts'
import type { SandboxLimits } from '../ports/sandbox.ts'

/** Enough for a metric that is meant well; about a second of work, seldom three. */
export const defaultLimits: SandboxLimits = {
  steps: 100_000_000,
  timeMs: 2000,
  memoryBytes: 32 * 2 ** 20,
  stackBytes: 256 * 2 ** 10,
  inputBytes: 2 ** 20,
  outputBytes: 64 * 2 ** 10,
  depth: 64,
}

/** Enough for some twenty pieces that look through a few megabytes; about ten seconds of work. */
export const sessionLimits: SandboxLimits = {
  ...defaultLimits,
  steps: 1_000_000_000,
  timeMs: 20_000,
  memoryBytes: 64 * 2 ** 20,
  inputBytes: 8 * 2 ** 20,
}

const ranges: { readonly [name in keyof SandboxLimits]: readonly [number, number] } = {
  steps: [100_000, Number.MAX_SAFE_INTEGER],
  timeMs: [1, Number.MAX_SAFE_INTEGER],
  memoryBytes: [2 ** 20, 2 ** 30],
  stackBytes: [16 * 2 ** 10, 512 * 2 ** 10],
  inputBytes: [1, 2 ** 28],
  outputBytes: [1, 2 ** 28],
  depth: [1, 200],
}

/**
 * The limits of one call: what it asks for, and the defaults where it does not.
 *
 * @throws ConfigurationError `configuration/invalid`
 */
export const limitsOf = (
  asked: Partial<SandboxLimits> = {},
  otherwise: SandboxLimits = defaultLimits,
): SandboxLimits => {
  const limits = { ...otherwise, ...asked }
  for (const name of Object.keys(ranges) as (keyof SandboxLimits)[]) {
    const [least, most] = ranges[name]
    const value = limits[name]
    if (Number.isSafeInteger(value) && value >= least && value <= most) continue
    throw new ConfigurationError(
      'configuration/invalid',
      `Expected the limit ${name} to be a whole number from ${least} to ${most}, got ${value}. ` +
        `Write limits: { ${name}: ${otherwise[name]} }.`,
      { option: `limits.${name}` },
    )
  }
  return limits
}
