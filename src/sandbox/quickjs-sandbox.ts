import type { JsonValue } from '../data/json.ts'
import { ConfigurationError } from '../errors/configuration-error.ts'
import { SandboxError } from '../errors/sandbox-error.ts'
import type { Clock } from '../ports/clock.ts'
import type { Sandbox, SandboxCall, SandboxLimits } from '../ports/sandbox.ts'
import { systemClock } from '../ports/system-clock.ts'
import { noMemory } from './engine-context.ts'
import { type EngineInstance, engineInstance } from './engine-instance.ts'
import { beyondBounds } from './json-text.ts'
import { limitsOf } from './limits.ts'
import { outOfMemory, readOutcome, stackOverflow } from './read-outcome.ts'
import { type EngineCall, runInEngine, type StandingClock } from './run-in-engine.ts'
import type { EngineModule } from './web-assembly.ts'

export interface QuickjsSandboxOptions {
  /** A compiled `kkachi/sandbox/quickjs.wasm` (a `WebAssembly.Module`), or what gives it at the first call. */
  readonly engine: EngineModule | Promise<EngineModule> | (() => EngineModule | Promise<EngineModule>)
  /** For calls that say nothing else; see `defaultLimits`. */
  readonly limits?: Partial<SandboxLimits>
  /** By which `timeMs` is counted; what the code itself sees of time is in the call. */
  readonly clock?: Clock
}

/**
 * Runs untrusted JavaScript in QuickJS, an interpreter compiled to WebAssembly: the same file, and the same answers and
 * limits, in Node, Workers and browsers.
 *
 * The engine's file counts its own steps (`sandbox/engine/meter.ts`), so that native loops end as well, and in Workers
 * too, whose clock stands still while code runs. Every call has an engine of its own, which takes about a millisecond
 * and 6 MB until it is over. A call holds the thread; where that must not be, run the sandbox in a worker.
 *
 * @throws ConfigurationError `configuration/invalid` when the limits cannot be used
 * @see https://github.com/quickjs-ng/quickjs 0.12.1, as built by quickjs-emscripten 0.32
 * @example
 * const sandbox = quickjsSandbox({ engine: quickjsEngine }) // of kkachi/node
 * await sandbox.run({ source: 'export default (a, b) => a + b', args: [1, 2] }) // 3
 */
export const quickjsSandbox = ({ engine, limits, clock = systemClock }: QuickjsSandboxOptions): Sandbox => {
  const defaults = limitsOf(limits)
  let module: Promise<EngineModule> | undefined
  const load = async (): Promise<EngineModule> => {
    try {
      module ??= Promise.resolve(typeof engine === 'function' ? (engine as () => EngineModule)() : engine)
      return await module
    } catch (cause) {
      module = undefined // it may be there the next time
      throw new SandboxError(
        'sandbox/engine',
        'The engine could not be loaded. Give engine a WebAssembly.Module compiled from kkachi/sandbox/quickjs.wasm.',
        { cause },
      )
    }
  }

  return {
    async run({ signal, ...call }) {
      signal?.throwIfAborted()
      const checked = checkedCall(call, defaults)
      const loaded = await load()
      signal?.throwIfAborted()
      return runNow(loaded, checked, clock)
    },
    dispose() {}, // no engine outlives its call
  }
}

/** @throws ConfigurationError; SandboxError `sandbox/input` */
const checkedCall = (call: SandboxCall, defaults: SandboxLimits): EngineCall => {
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

const runNow = (module: EngineModule, call: EngineCall, clock: Clock): JsonValue => {
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
