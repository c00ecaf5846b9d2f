import type { JsonValue } from '../data/json.ts'

/**
 * Runs JavaScript that nobody vouches for.
 *
 * 1. run() resolves with the JSON value that the called function returned, or that its promise came to; everything else
 *    rejects with SandboxError `sandbox/*`. Nothing is thrown synchronously.
 * 2. The code reaches its arguments and the language, nothing more: no network, file, environment, module, timer, or
 *    object of the host. Values cross as JSON text; the host reads no getter and calls no `then` of what came out.
 * 3. Time and dice are the call's own: `Date` stands still at `now`, in UTC, and `Math.random` follows `seed`. The same
 *    call gives the same value, and nothing of one call is seen by another.
 * 4. Every limit holds, in native code of the engine as well: an endless loop, a regular expression that backtracks
 *    without end, promises without end, or memory without end reject within the limits.
 * 5. After a failure of any kind, and after dispose(), the next call works like the first.
 * 6. An aborted signal rejects with its reason; code that has not started does not start.
 */
export interface Sandbox {
  run(call: SandboxCall): Promise<JsonValue>
  /** Gives the engine's memory back. */
  dispose(): void
}

export interface SandboxCall {
  /** The text of an ECMAScript module without imports. */
  readonly source: string
  /** Which export is called; `default` when absent. */
  readonly name?: string
  /** What JSON keeps of them is handed over. */
  readonly args: readonly unknown[]
  readonly limits?: Partial<SandboxLimits>
  /** What `Date.now()` says, in whole milliseconds since 1970; 0 when absent. */
  readonly now?: number
  /** A whole number; 0 when absent. */
  readonly seed?: number
  readonly signal?: AbortSignal
}

export interface SandboxLimits {
  /** Loop turns and calls that the engine may make, its own included: the same everywhere, whatever the machine. */
  readonly steps: number
  /** Milliseconds by the host's clock, where that moves while code runs; in Workers it does not, and `steps` decides. */
  readonly timeMs: number
  /** Bytes of the code's objects, 1 MiB at least. */
  readonly memoryBytes: number
  /** Bytes of the code's call stack, at most 512 KiB. */
  readonly stackBytes: number
  /** Bytes of UTF-8 that source and arguments may have, each. */
  readonly inputBytes: number
  /** Bytes of UTF-8 that the result may have as JSON. */
  readonly outputBytes: number
  /** Levels of arrays and objects, in arguments and result. */
  readonly depth: number
}
