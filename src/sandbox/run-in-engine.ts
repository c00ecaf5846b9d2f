import { derive } from '../data/seeded-random.ts'
import type { SandboxLimits } from '../ports/sandbox.ts'
import { asModule, asScript, type EngineContext, engineContext } from './engine-context.ts'
import type { EngineInstance } from './engine-instance.ts'
import { guest } from './guest.ts'

/** What a call comes to, before anybody judged it. */
export interface EngineOutcome {
  /** What the guest says, see `guest.ts`; undefined when that is too long to be read. */
  readonly said: string | undefined
  /** The error came while the module was read or ran its own lines, before the function was called. */
  readonly early: boolean
}

/** A clock that stands where it is put. */
export interface StandingClock {
  now: number
  /** Whether the host's time is over. */
  stopped: boolean
}

export interface EngineCall {
  readonly source: string
  readonly name: string
  /** A JSON array. */
  readonly args: string
  readonly now: number
  readonly seed: number
  readonly limits: SandboxLimits
}

/** What a thrown error may take beside the value's own limit. */
const errorBytes = 32_768

/**
 * Runs one call to its end. Undefined where the host's time is over; what the engine throws, from a trap to an overflow,
 * goes through. An engine serves one call: the next would find its memory, and its steps, in another state.
 */
export const runInEngine = (
  engine: EngineInstance,
  clock: StandingClock,
  { source, name, args, now, seed, limits }: EngineCall,
): EngineOutcome | undefined => {
  engine.exports.steps.value = BigInt(limits.steps)
  // The engine takes its dice from the clock when a context is made: the seed, spread over 50 bits of microseconds.
  clock.now = derive(seed, 'sandbox').bits(50) / 1000
  const context = engineContext(engine, limits)
  clock.now = now
  const outcome = outcomeOf(context, clock, { source, name, args }, limits.outputBytes)
  return clock.stopped ? undefined : outcome
}

const outcomeOf = (
  context: EngineContext,
  clock: StandingClock,
  { source, name, args }: Pick<EngineCall, 'source' | 'name' | 'args'>,
  outputBytes: number,
): EngineOutcome => {
  const invoke = context.evaluate(guest, 'guest', asScript)
  const module = context.evaluate(source, 'source', asModule)
  const error = context.errorOf(module)
  if (error !== 0) context.call(invoke, error)
  else context.call(invoke, module, context.text(name), context.text(args))
  context.settle(() => !clock.stopped)
  const said = context.call(invoke)
  // An error here is one that the guest could not catch: it is told as it is, where there is memory left to tell it.
  const uncaught = context.errorOf(said)
  if (uncaught !== 0)
    return { said: `e{"name":"","message":${JSON.stringify(context.read(uncaught, 200))}}`, early: false }
  return { said: context.read(said, Math.max(outputBytes + 1, errorBytes)), early: error !== 0 }
}
