import type { Random } from '../data/random.ts'
import type { UsageLedger } from '../data/usage-ledger.ts'
import type { Adapter } from './adapter.ts'
import type { Clock } from './clock.ts'
import type { CodeInterpreter } from './code-interpreter.ts'
import type { LanguageModel, Sampling } from './language-model.ts'
import type { ToolApproval } from './tool.ts'
import type { Tracer } from './tracer.ts'

/**
 * Everything a run depends on, as one argument. Only the model is required.
 *
 * @example
 * await program.run({ question }, { model, sampling: { temperature: 0 } })
 * await program.run({ question }, { ...context, model: stronger })
 */
export interface Context {
  readonly model: LanguageModel
  /** The prompt format; `chat` when absent. */
  readonly adapter?: Adapter
  readonly sampling?: Sampling
  readonly random?: Random
  readonly clock?: Clock
  readonly signal?: AbortSignal
  readonly tracer?: Tracer
  /** Where usage is added up. */
  readonly usage?: UsageLedger
  /** Tells repeated runs of one input apart in cache and journal. */
  readonly rolloutId?: string
  /** Requests one prediction may send, retries and re-asks included; 4 when absent. */
  readonly maxAttempts?: number
  /** Milliseconds one model call may take. */
  readonly deadlineMs?: number
  /** Where code that models write runs; modules that need one say so. */
  readonly interpreter?: CodeInterpreter
  /** Asked before every call of a tool that needs approval; absent, such calls are refused. */
  readonly approve?: (call: ToolApproval) => boolean | Promise<boolean>
  /** Where in the program tree the module runs: the prefix of its predictors' paths. Set by program(). */
  readonly path?: string
}
