import type { CodeOf } from './codes.ts'
import { KkachiError, type KkachiErrorOptions } from './kkachi-error.ts'

/** A budget is spent: `spent` of `limit`, in the unit the code names. */
export class BudgetError extends KkachiError<CodeOf<'budget'>> {
  readonly spent: number
  readonly limit: number

  constructor(
    code: CodeOf<'budget'>,
    message: string,
    { spent, limit, ...rest }: KkachiErrorOptions & { readonly spent: number; readonly limit: number },
  ) {
    super(code, message, rest)
    this.spent = spent
    this.limit = limit
  }
}
