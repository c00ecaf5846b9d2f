import type { JsonValue } from '../data/json.ts'
import type { InterpreterOutcome } from '../ports/code-interpreter.ts'
import type { FailedCall } from './failed-call.ts'
import type { CheckedSession } from './session-engine.ts'

/** What is said to the worker of a session: each worker has one. */
export type ToInterpreter =
  | { readonly open: CheckedSession; readonly functions: readonly string[] }
  | { readonly run: number; readonly code: string }
  /** The answer to a call of a function, as JSON. */
  | { readonly answer: number; readonly json: string | undefined }
  | { readonly answer: number; readonly refused: string }

/** What it says. `id` is that of the run; opening is run 0. */
export type FromInterpreter =
  | { readonly id: number; readonly outcome: InterpreterOutcome; readonly over: boolean }
  | { readonly id: number; readonly error: FailedCall; readonly over: boolean }
  | { readonly called: number; readonly name: string; readonly given: readonly JsonValue[] }
