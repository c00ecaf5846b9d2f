import type { JsonValue } from '../data/json.ts'
import type { SandboxLimits } from './sandbox.ts'

/**
 * Runs JavaScript a model wrote, piece by piece, in a world of its own that keeps what it declares between the pieces.
 *
 * 1. open() gives a session in which nothing was run yet. Sessions share nothing.
 * 2. The code reaches the language, `print` and `console.log`, `SUBMIT(value)`, the session's `variables` as globals, and
 *    its `functions`, which are asynchronous: nothing else; see Sandbox 2 and 3.
 * 3. A piece is a script: `await` stands anywhere, what its top level declares stays, and may be declared again.
 * 4. run() resolves with what was printed, the value of the last expression, and what was submitted. Code that throws or
 *    meets a limit rejects with SandboxError `sandbox/*`, what it had printed in its `output`. The session is `over` after
 *    `sandbox/time`, `sandbox/memory`, `sandbox/stack` and `sandbox/engine`; after others the next piece finds the world as it
 *    was left. Runs of one session follow one another.
 * 5. A function of the host is called with JSON and answers with JSON, several at once where the code asks for it; what it
 *    throws is thrown in the code. A failure that no other input would mend (an abort, a spent budget, a refused key: see
 *    `isSystemic`) ends the session: run() rejects with that very error. A run ends after all calls it made.
 * 6. `steps`, `timeMs` (without what functions of the host took), `memoryBytes` and `stackBytes` hold for the session as a
 *    whole; `inputBytes` and `depth` for a piece, the variables, and each answer of a function; `outputBytes` and `depth`
 *    for a value, what is submitted, and the arguments of each call. What is printed by a piece is cut at `outputBytes`.
 * 7. An aborted signal rejects with its reason and ends the session. close() gives the memory back, and may be called twice.
 */
export interface CodeInterpreter {
  open(options?: SessionOptions): Promise<InterpreterSession>
}

export interface SessionOptions {
  /** Name to what the code finds under it, as JSON. */
  readonly variables?: Readonly<Record<string, unknown>>
  /** Name to a function the code may call and await, with the arguments it was given. */
  readonly functions?: Readonly<Record<string, HostFunction>>
  readonly limits?: Partial<SandboxLimits>
  /** Calls of functions that the session may make; 1000 when absent. */
  readonly maxCalls?: number
  /** What `Date.now()` says; 0 when absent. */
  readonly now?: number
  /** Of `Math.random`; 0 when absent. */
  readonly seed?: number
}

export type HostFunction = (...given: readonly JsonValue[]) => Promise<unknown>

export interface InterpreterSession {
  /** Nothing more can be run in it: it was closed, or stopped by a limit or an error that ends sessions. */
  readonly over: boolean
  run(code: string, options?: { readonly signal?: AbortSignal | undefined }): Promise<InterpreterOutcome>
  close(): void
}

export interface InterpreterOutcome {
  /** What was printed, line by line; cut at `limits.outputBytes`, and then it says so at its end. */
  readonly output: string
  /** The value of the last expression as JSON; absent when it has none. A promise is awaited. */
  readonly value?: JsonValue
  /** What `SUBMIT` was called with: the run ended there. Several arguments are a list. */
  readonly submitted?: JsonValue
}
