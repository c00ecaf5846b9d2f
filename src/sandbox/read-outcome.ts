import type { JsonValue } from '../data/json.ts'
import { SandboxError, type ThrownInSandbox } from '../errors/sandbox-error.ts'
import type { SandboxLimits } from '../ports/sandbox.ts'
import { beyondBounds, readJson } from './json-text.ts'
import type { EngineOutcome } from './run-in-engine.ts'

/**
 * The value of a call.
 *
 * @throws SandboxError for everything but a value
 */
export const readOutcome = ({ said, early }: EngineOutcome, name: string, limits: SandboxLimits): JsonValue => {
  const told = said?.slice(1) ?? ''
  switch (said?.[0]) {
    case 'v':
      return jsonValueOf(told, limits)
    case 'e':
      throw errorOf(thrownOf(told), early, limits)
    case 'f':
      throw new SandboxError(
        'sandbox/source',
        `The code exports no function named '${name}'. ` +
          'Write: export default (example, prediction) => example.label === prediction.label',
      )
    case 'p':
      throw new SandboxError(
        'sandbox/unsettled',
        'The code waits for a promise that nothing will settle: there are no timers and no network. Remove the wait.',
      )
    case 'n':
      throw new SandboxError(
        'sandbox/output',
        'The code returned undefined, a function or a symbol. Return a value that JSON has.',
      )
    default:
      throw tooLarge(`larger than ${limits.outputBytes} bytes`)
  }
}

/** @throws SandboxError `sandbox/output` */
export const jsonValueOf = (json: string, { outputBytes, depth }: SandboxLimits): JsonValue => {
  const beyond = beyondBounds(json, { bytes: outputBytes, depth })
  if (beyond !== undefined) throw tooLarge(beyond)
  const value = readJson(json)
  if (value !== undefined) return value
  throw new SandboxError('sandbox/output', "The code returned no JSON, or a key like '__proto__'. Return plain values.")
}

export const tooLarge = (beyond: string): SandboxError =>
  new SandboxError('sandbox/output', `What the code returned is ${beyond}. Return less, or raise the limit.`)

/** What the guest says was thrown: text of the code's own choice, and not to be trusted to be there. */
export const thrownOf = (json: string): ThrownInSandbox => {
  const told = readJson(json)
  const word = (key: string): string => {
    const value = typeof told === 'object' && told !== null && !Array.isArray(told) ? (told as Told)[key] : undefined
    return typeof value === 'string' ? value : ''
  }
  const line = lineIn(word('stack'))
  return { name: word('name'), message: word('message'), ...(line === undefined ? {} : { line }) }
}

type Told = Readonly<Record<string, unknown>>

const lineIn = (stack: string): number | undefined => {
  const found = /\bsource:(\d{1,7}):/.exec(stack)
  return found === null ? undefined : Number(found[1])
}

/** `early` where it came before anything of the code had run. */
export const errorOf = (
  thrown: ThrownInSandbox,
  early: boolean,
  limits: SandboxLimits,
  remedy: string = 'Write one module of plain JavaScript without imports.',
): SandboxError => {
  const where = thrown.line === undefined ? '' : ` on line ${thrown.line}`
  if (isOutOfMemory(thrown)) return outOfMemory(limits, thrown)
  if (thrown.name === 'RangeError' && thrown.message === 'Maximum call stack size exceeded') {
    return stackOverflow(limits, thrown)
  }
  if (early && (thrown.name === 'SyntaxError' || thrown.message.startsWith('could not load module'))) {
    const what = thrown.message.slice(0, 200)
    return new SandboxError('sandbox/source', `The code cannot be used: ${what}${where}. ${remedy}`, { thrown })
  }
  return new SandboxError(
    'sandbox/thrown',
    `The code threw ${nameOf(thrown)}${where}. What it said is in the error's \`thrown\`.`,
    { thrown },
  )
}

/** Where the engine has no room left for an error it throws null, and who else would. */
const isOutOfMemory = ({ name, message }: ThrownInSandbox): boolean =>
  name === 'null' || (name === 'InternalError' && message === 'out of memory') || (name === '' && message === 'null')

/** Text that came from the code is shown only where it looks like the name of an error. */
const nameOf = ({ name }: ThrownInSandbox): string => (/^[A-Za-z]\w{0,40}$/.test(name) ? `a ${name}` : 'an error')

export const outOfMemory = ({ memoryBytes }: SandboxLimits, thrown?: ThrownInSandbox): SandboxError =>
  new SandboxError(
    'sandbox/memory',
    `The code needs more than its ${memoryBytes} bytes of memory. Keep less, or raise limits.memoryBytes.`,
    thrown && { thrown },
  )

export const stackOverflow = ({ stackBytes }: SandboxLimits, thrown?: ThrownInSandbox): SandboxError =>
  new SandboxError(
    'sandbox/stack',
    `The code calls itself deeper than its ${stackBytes} bytes of stack allow. Use a loop, or raise limits.stackBytes.`,
    thrown && { thrown },
  )
