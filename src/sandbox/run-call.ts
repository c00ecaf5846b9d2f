import type { JsonValue } from '../data/json.ts'
import { SandboxError } from '../errors/sandbox-error.ts'
import type { Clock } from '../ports/clock.ts'
import type { SandboxLimits } from '../ports/sandbox.ts'
import { noMemory } from './engine-context.ts'
import { type EngineInstance, engineInstance } from './engine-instance.ts'
import { outOfMemory, readOutcome, stackOverflow } from './read-outcome.ts'
import { type EngineCall, runInEngine, type StandingClock } from './run-in-engine.ts'
import type { EngineModule } from './web-assembly.ts'

/**
 * Runs one call in an engine of its own, on this thread, to its end.
 *
 * @throws SandboxError `sandbox/*`
 */
export const runCall = (module: EngineModule, call: EngineCall, clock: Clock): JsonValue => {
  const { limits, name } = call
  const standing: StandingClock = { now: 0, stopped: false }
  const deadline = clock.now() + limits.timeMs
  const interrupted = (): boolean => {
    standing.stopped ||= clock.now() > deadline
    return standing.stopped
  }
  const engine = madeOr(() => engineInstance(module, limits.memoryBytes, { now: () => standing.now, interrupted }))
  const outcome = stoppedOr(engine, limits, () => runInEngine(engine, standing, call))
  if (outcome === undefined) throw outOfTime(`${limits.timeMs} ms`, 'timeMs')
  return readOutcome(outcome, name, limits)
}

const madeOr = <T>(make: () => T): T => {
  try {
    return make()
  } catch (cause) {
    throw new SandboxError(
      'sandbox/engine',
      'The engine could not be started. Compile it from kkachi/sandbox/quickjs.wasm of this version, and leave it memory.',
      { cause },
    )
  }
}

/** Runs the engine and says which limit stopped it, where one did. */
const stoppedOr = <T>(engine: EngineInstance, limits: SandboxLimits, run: () => T): T => {
  try {
    return run()
  } catch (cause) {
    if (engine.exports.steps.value <= 0n) throw outOfTime(`${limits.steps} steps`, 'steps')
    if (cause instanceof RangeError && cause.message === noMemory) throw outOfMemory(limits)
    // The native stack is the host's own: what it throws when that is over has no common name but this.
    if (cause instanceof RangeError || (cause instanceof Error && cause.name === 'InternalError')) {
      throw stackOverflow(limits)
    }
    throw new SandboxError('sandbox/engine', 'The engine broke while it ran the code. The next call has another.', {
      cause,
    })
  }
}

const outOfTime = (limit: string, option: string): SandboxError =>
  new SandboxError('sandbox/time', `The code was stopped after ${limit}. Do less in it, or raise limits.${option}.`)
