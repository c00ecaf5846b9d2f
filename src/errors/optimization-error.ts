import type { CodeOf } from './codes.ts'
import { KkachiError, type KkachiErrorOptions } from './kkachi-error.ts'

export interface OptimizationErrorEvidence extends KkachiErrorOptions {
  /** The optimizer. */
  readonly optimizer: string
}

/** An optimizer could not do its work; `cause` is what stood in its way. */
export class OptimizationError extends KkachiError<CodeOf<'optimization'>> {
  readonly optimizer: string

  constructor(code: CodeOf<'optimization'>, message: string, { optimizer, ...rest }: OptimizationErrorEvidence) {
    super(code, message, rest)
    this.optimizer = optimizer
  }
}
