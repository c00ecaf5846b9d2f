import type { JsonValue } from '../data/json.ts'
import type { SandboxLimits } from './sandbox.ts'

/**
 * Runs JavaScript a model wrote, piece by piece, in a world of its own that keeps its variables between the pieces.
 *
 * 1. open() gives a session in which nothing was run yet. Sessions share nothing.
 * 2. The code reaches the language, `print` and `console.log`, `SUBMIT(fields)`, the session's `variables` as globals, and
 *    its `functions`, which are asynchronous: nothing else; see Sandbox 2 and 3.
 * 3. run() resolves with what was printed, the value of the last expression, and what was submitted. Code that throws or
 *    meets a limit rejects with SandboxError; the session goes on after `sandbox/source`, `sandbox/thrown` and
 *    `sandbox/unsettled`, and is over after every other. Top-level `await` works.
 * 4. A function of the host is called with JSON and answers with JSON; what it throws is thrown in the code. A failure
 *    that has to end the run (an abort, a spent budget) ends it: run() rejects with that very error.
 * 5. Limits hold for the session as a whole, `timeMs` without what functions of the host took.
 * 6. An aborted signal rejects with its reason. close() gives the memory back, and may be called twice.
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
  /** What `Date.now()` says; 0 when absent. */
  readonly now?: number
  /** Of `Math.random`; 0 when absent. */
  readonly seed?: number
}

export type HostFunction = (...given: readonly JsonValue[]) => Promise<unknown>

export interface InterpreterSession {
  run(code: string, options?: { readonly signal?: AbortSignal }): Promise<InterpreterOutcome>
  close(): void
}

export interface InterpreterOutcome {
  /** What was printed, line by line; cut at `limits.outputBytes`, and then it says so at its end. */
  readonly output: string
  /** The value of the last expression as JSON; absent when it has none. */
  readonly value?: JsonValue
  /** What `SUBMIT` was called with: the run ended there. */
  readonly submitted?: JsonValue
}
