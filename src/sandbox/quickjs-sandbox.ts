import type { Clock } from '../ports/clock.ts'
import type { Sandbox, SandboxLimits } from '../ports/sandbox.ts'
import { systemClock } from '../ports/system-clock.ts'
import { checkedCall } from './checked-call.ts'
import { type EngineSource, engineLoader } from './engine-loader.ts'
import { limitsOf } from './limits.ts'
import { runCall } from './run-call.ts'

export interface QuickjsSandboxOptions {
  readonly engine: EngineSource
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
 * too, whose clock stands still while code runs. Every call has an engine of its own, which takes a few milliseconds
 * and 6 MB until it is over. A call holds the thread; where that must not be, take `workerSandbox`.
 *
 * @throws ConfigurationError `configuration/invalid` when the limits cannot be used
 * @see https://github.com/quickjs-ng/quickjs 0.12.1, as built by quickjs-emscripten 0.32
 * @example
 * const sandbox = quickjsSandbox({ engine: quickjsEngine }) // of kkachi/node
 * await sandbox.run({ source: 'export default (a, b) => a + b', args: [1, 2] }) // 3
 */
export const quickjsSandbox = ({ engine, limits, clock = systemClock }: QuickjsSandboxOptions): Sandbox => {
  const defaults = limitsOf(limits)
  const load = engineLoader(engine)
  return {
    async run({ signal, ...call }) {
      signal?.throwIfAborted()
      const checked = checkedCall(call, defaults)
      const loaded = await load()
      signal?.throwIfAborted()
      return runCall(loaded, checked, clock)
    },
    dispose() {}, // no engine outlives its call
  }
}
