import type { JsonValue } from '../data/json.ts'
import type { Clock } from '../ports/clock.ts'
import { madeOr, outOfTime, stoppedOr } from './engine-failure.ts'
import { engineInstance } from './engine-instance.ts'
import type { EngineModule } from './engine-loader.ts'
import { readOutcome } from './read-outcome.ts'
import { type EngineCall, runInEngine, type StandingClock } from './run-in-engine.ts'

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
