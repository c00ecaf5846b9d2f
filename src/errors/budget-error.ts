import type { CodeOf } from './codes.ts'
import { KkachiError, type KkachiErrorOptions } from './kkachi-error.ts'

export interface BudgetErrorEvidence extends KkachiErrorOptions {
  readonly spent: number
  readonly limit: number
  /** What an agent had done until then. */
  readonly trajectory?: readonly unknown[]
}

/** A budget is spent: `spent` of `limit`, in the unit the code names. */
export class BudgetError extends KkachiError<CodeOf<'budget'>> {
  readonly spent: number
  readonly limit: number
  readonly trajectory: readonly unknown[] | undefined

  constructor(code: CodeOf<'budget'>, message: string, { spent, limit, trajectory, ...rest }: BudgetErrorEvidence) {
    super(code, message, rest)
    this.spent = spent
    this.limit = limit
    this.trajectory = trajectory
    // It holds what the user and the tools said: reachable for the caller who asks, absent from logs.
    Object.defineProperty(this, 'trajectory', { enumerable: false })
  }
}
