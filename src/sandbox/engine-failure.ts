import { SandboxError } from '../errors/sandbox-error.ts'
import type { SandboxLimits } from '../ports/sandbox.ts'
import { noMemory } from './engine-context.ts'
import type { EngineInstance } from './engine-instance.ts'
import { outOfMemory, stackOverflow } from './read-outcome.ts'

/** @throws SandboxError `sandbox/engine` */
export const madeOr = <T>(make: () => T): T => {
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
export const stoppedOr = <T>(engine: EngineInstance, limits: SandboxLimits, run: () => T): T => {
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

export const outOfTime = (limit: string, option: string): SandboxError =>
  new SandboxError('sandbox/time', `The code was stopped after ${limit}. Do less in it, or raise limits.${option}.`)
