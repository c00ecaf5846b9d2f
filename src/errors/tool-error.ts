import type { CodeOf } from './codes.ts'
import { KkachiError, type KkachiErrorOptions } from './kkachi-error.ts'

export interface ToolErrorEvidence extends KkachiErrorOptions {
  /** The name that was called; text of the model's where the code is `tool/unknown`. */
  readonly tool: string
  /** Where in the arguments the problem lies, as dotted path: `items.0.name`. */
  readonly path?: string
  /** What happened until then, where a loop of tool calls was stopped. */
  readonly trajectory?: readonly unknown[]
}

/** A tool could not be made, found, called, or brought to an end. */
export class ToolError extends KkachiError<CodeOf<'tool'>> {
  readonly tool: string
  readonly path: string | undefined
  readonly trajectory: readonly unknown[] | undefined

  constructor(code: CodeOf<'tool'>, message: string, evidence: ToolErrorEvidence) {
    super(code, message, evidence)
    this.tool = evidence.tool
    this.path = evidence.path
    this.trajectory = evidence.trajectory
    // It holds what the user and the tools said: reachable for the caller who asks, absent from logs.
    Object.defineProperty(this, 'trajectory', { enumerable: false })
  }
}
