import { BudgetError } from '../errors/budget-error.ts'
import { KkachiError } from '../errors/kkachi-error.ts'

/** Runs a part of an agent; when a budget ends it, the error says what was done until then. */
export const withTrajectory = async <Result>(
  trajectory: readonly unknown[],
  work: () => Promise<Result>,
): Promise<Result> => {
  try {
    return await work()
  } catch (error) {
    if (!isBudgetError(error)) throw error
    // A new error: several runs may share the budget that made this one.
    const { code, message, spent, limit } = error
    throw new BudgetError(code, message, { spent, limit, cause: error, trajectory: [...trajectory] })
  }
}

/** By its code, so that an error of another copy of the package counts too. */
const isBudgetError = (error: unknown): error is BudgetError =>
  KkachiError.is(error) && error.code.startsWith('budget/')
