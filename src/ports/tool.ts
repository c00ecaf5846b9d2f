import type { JsonSchema } from '../data/json.ts'
import type { Clock } from './clock.ts'
import type { Tracer } from './tracer.ts'

/**
 * Something a model may ask to have done.
 *
 * 1. call() gets arguments that nobody checked: it refuses what `parameters` does not allow with ToolError
 *    `tool/arguments`, before anything runs. Keys that the schema does not name, and `__proto__`, are refused.
 * 2. What it gives is JSON, or text; what it throws of its own comes out as ToolError `tool/failed` with that as cause.
 * 3. An aborted signal rejects with its reason.
 * 4. A tool with `needsApproval` runs only after `context.approve` said `true` to this very call; else it rejects with
 *    ToolError `tool/refused`.
 */
export interface Tool<Arguments = unknown, Result = unknown> {
  /** Letters, digits, `_` and `-`, at most 64. */
  readonly name: string
  readonly description: string
  /** The JSON schema of its arguments: an object. */
  readonly parameters: JsonSchema
  /** It does something that a person has to allow first: `Context.approve` is asked before each call. */
  readonly needsApproval?: boolean
  call(given: Arguments, context?: ToolContext): Promise<Result>
}

/** What a tool may use of the run that calls it; a module's `Context` is one. */
export interface ToolContext {
  readonly signal?: AbortSignal
  readonly clock?: Clock
  readonly tracer?: Tracer
  /** As in `Context`: a tool with `needsApproval` asks it before it runs, and is refused without it. */
  readonly approve?: (call: ToolApproval) => boolean | Promise<boolean>
  /** The path of the module that calls. */
  readonly path?: string
}

/** A call that waits for a person's yes. */
export interface ToolApproval {
  readonly tool: string
  readonly arguments: unknown
  /** The path of the module that wants to call. */
  readonly path: string
}
