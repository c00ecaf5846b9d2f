import { SandboxError } from '../errors/sandbox-error.ts'
import type { InterpreterOutcome } from '../ports/code-interpreter.ts'
import type { SandboxLimits } from '../ports/sandbox.ts'
import { readJson } from './json-text.ts'
import { errorOf, jsonValueOf, thrownOf, tooLarge } from './read-outcome.ts'

/**
 * What a piece came to, from what the guest says (see `session-guest.ts`), without what it printed.
 *
 * @throws SandboxError for everything but a value
 */
export const readPiece = (
  said: string | undefined,
  wasRead: boolean,
  limits: SandboxLimits,
): Omit<InterpreterOutcome, 'output'> => {
  const told = said?.slice(1) ?? ''
  switch (said?.[0]) {
    case 'v':
      return { value: jsonValueOf(told, limits) }
    case 's':
      return { submitted: jsonValueOf(told, limits) }
    case 'u':
      return {}
    case 'e':
      throw errorOf(thrownOf(told), !wasRead, limits, 'Write a script of plain JavaScript without imports.')
    case 'p':
      throw new SandboxError(
        'sandbox/unsettled',
        'The code waits for a promise that nothing will settle: there are no timers and no network. Remove the wait.',
      )
    default:
      throw tooLarge(`larger than ${limits.outputBytes} bytes`)
  }
}

/** What was printed, cut where it is longer than it may be. */
export const readOutput = (said: string | undefined, { outputBytes }: SandboxLimits): string => {
  const told = said === undefined ? undefined : readJson(said)
  const [printed, isWhole] = Array.isArray(told) ? (told as readonly unknown[]) : []
  if (typeof printed !== 'string') return ''
  const text = printed.endsWith('\n') ? printed.slice(0, -1) : printed
  const bytes = new TextEncoder().encode(text)
  if (isWhole === true && bytes.length <= outputBytes) return text
  // As a stream it leaves out the letter that the cut goes through.
  const kept = new TextDecoder().decode(bytes.subarray(0, outputBytes), { stream: true })
  return `${kept}\n[cut at ${outputBytes} bytes]`
}
