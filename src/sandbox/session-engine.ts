import { derive } from '../data/seeded-random.ts'
import type { Clock } from '../ports/clock.ts'
import type { SandboxLimits } from '../ports/sandbox.ts'
import { asPiece, asScript, engineContext } from './engine-context.ts'
import { madeOr, outOfTime, stoppedOr } from './engine-failure.ts'
import { engineInstance, type Pointer } from './engine-instance.ts'
import type { EngineModule } from './engine-loader.ts'
import { errorOf } from './read-outcome.ts'
import type { StandingClock } from './run-in-engine.ts'
import { sessionGuest } from './session-guest.ts'

/** A session, with everything about it checked. */
export interface CheckedSession {
  /** JSON of `{ variables: [name, value][], functions: name[] }`. */
  readonly world: string
  readonly maxCalls: number
  readonly now: number
  readonly seed: number
  readonly limits: SandboxLimits
}

/** An engine that keeps its world. What any of these throws ends it: the next call would find it in a state unknown. */
export interface SessionEngine {
  /** Runs a piece as far as it comes without the host; `false` when it could not even be read. */
  begin(code: string): boolean
  /** How things stand, in the words of `sessionGuest`; undefined when that is too long to be read. */
  state(): string | undefined
  /** Hands over answers of the host, as JSON, and goes on. */
  answer(answers: readonly string[]): void
  /** What was printed since, in the words of `sessionGuest`. */
  output(): string | undefined
}

/** What a letter of UTF-16 may take in JSON: an escape like `\u001f`. */
const mostBytesALetter = 6
/** What an error, or the name of a call, may take beside a value. */
const moreBytes = 40_000

/**
 * Starts an engine for a session, on this thread. It counts steps and time over all it does.
 *
 * @throws SandboxError `sandbox/*`
 */
export const sessionEngine = (module: EngineModule, session: CheckedSession, clock: Clock): SessionEngine => {
  const { limits } = session
  const standing: StandingClock = { now: 0, stopped: false }
  let leftMs = limits.timeMs
  let deadline = 0
  const interrupted = (): boolean => {
    standing.stopped ||= clock.now() > deadline
    return standing.stopped
  }
  const engine = madeOr(() => engineInstance(module, limits.memoryBytes, { now: () => standing.now, interrupted }))
  engine.exports.steps.value = BigInt(limits.steps)

  const entered = <T>(work: () => T): T => {
    const start = clock.now()
    deadline = start + leftMs
    try {
      const result = stoppedOr(engine, limits, work)
      if (standing.stopped) throw outOfTime(`${limits.timeMs} ms`, 'timeMs')
      return result
    } finally {
      leftMs -= clock.now() - start
    }
  }

  const made = entered(() => {
    // The engine takes its dice from the clock when a context is made; see run-in-engine.ts.
    standing.now = derive(session.seed, 'sandbox').bits(50) / 1000
    const context = engineContext(engine, limits)
    standing.now = session.now
    return { context, guest: context.evaluate(sessionGuest(limits.outputBytes, session.maxCalls), 'guest', asScript) }
  })
  const { context, guest } = made
  const settle = (): void => context.settle(() => !standing.stopped)

  /** Tells the guest something, and gives what it says. */
  const told = (command: string, given?: Pointer): Pointer => {
    const name = context.text(command)
    const value = given === undefined ? context.call(guest, name) : context.call(guest, name, given)
    context.release(name)
    if (given !== undefined) context.release(given)
    const uncaught = context.errorOf(value)
    if (uncaught === 0 || standing.stopped) return value
    // An error that the guest could not catch: there is no memory or stack left for it.
    const [kind = '', ...message] = (context.read(uncaught, 200) ?? '').split(': ')
    throw errorOf({ name: kind, message: message.join(': ') }, false, limits)
  }
  const said = (command: string): string | undefined => {
    const value = told(command)
    const text = context.read(value, limits.outputBytes * mostBytesALetter + moreBytes)
    context.release(value)
    return text
  }

  entered(() => context.release(told('define', context.text(session.world))))
  return {
    begin: code =>
      entered(() => {
        context.release(told('begin'))
        const piece = context.evaluate(code, 'source', asPiece)
        const error = context.errorOf(piece)
        context.release(told(error === 0 ? 'run' : 'throw', error === 0 ? piece : error))
        settle()
        return error === 0
      }),
    state: () => entered(() => said('state')),
    answer: answers =>
      entered(() => {
        for (const answer of answers) context.release(told('answer', context.text(answer)))
        settle()
      }),
    output: () => entered(() => said('output')),
  }
}
