import { isSafeKey } from '../data/safe-json.ts'
import { ConfigurationError } from '../errors/configuration-error.ts'
import { SandboxError } from '../errors/sandbox-error.ts'
import type { SessionOptions } from '../ports/code-interpreter.ts'
import type { SandboxLimits } from '../ports/sandbox.ts'
import { beyondBounds } from './json-text.ts'
import { limitsOf } from './limits.ts'
import type { CheckedSession } from './session-engine.ts'

/**
 * A session as the engine takes it: every option there, the variables as text.
 *
 * @throws ConfigurationError `configuration/invalid`; SandboxError `sandbox/input`
 */
export const checkedSession = (
  { variables = {}, functions = {}, limits: asked, maxCalls = 1000, now = 0, seed = 0 }: SessionOptions,
  defaults: SandboxLimits,
): CheckedSession => {
  const limits = limitsOf(asked, defaults)
  for (const [option, value] of Object.entries({ maxCalls, now, seed })) {
    if (Number.isSafeInteger(value) && (option !== 'maxCalls' || value >= 0)) continue
    throw new ConfigurationError('configuration/invalid', `Expected ${option} to be a whole number, got ${value}.`, {
      option,
    })
  }
  for (const option of ['variables', 'functions'] as const) {
    for (const name of Object.keys(option === 'variables' ? variables : functions)) checkName(name, option)
  }
  const world = jsonOf({ variables: Object.entries(variables), functions: Object.keys(functions) })
  const beyond = beyondBounds(world, { bytes: limits.inputBytes, depth: limits.depth + 3 })
  if (beyond === undefined) return { world, maxCalls, now, seed, limits }
  throw new SandboxError(
    'sandbox/input',
    `What the variables are as JSON is ${beyond}. Pass less, or raise limits.inputBytes or limits.depth.`,
  )
}

/** What the world has of its own, and what no script could name. */
const taken: ReadonlySet<string> = /* @__PURE__ */ new Set(
  'SUBMIT console eval globalThis print undefined NaN Infinity'.split(' '),
)

const checkName = (name: string, option: string): void => {
  if (/^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(name) && !taken.has(name) && isSafeKey(name)) return
  throw new ConfigurationError(
    'configuration/invalid',
    `Code could not call '${name.slice(0, 80)}' by its name. Name what stands in ${option} like a variable of JavaScript, and not ${[...taken].join(', ')}.`,
    { option },
  )
}

const jsonOf = (world: object): string => {
  try {
    return JSON.stringify(world)
  } catch (cause) {
    throw new SandboxError('sandbox/input', 'The variables cannot be written as JSON. Pass plain values.', { cause })
  }
}
