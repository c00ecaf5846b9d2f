import { BudgetError } from '../errors/budget-error.ts'
import type { CodeOf } from '../errors/codes.ts'
import type { SpendingUnit } from './spending-account.ts'

const codes: Record<SpendingUnit | 'seconds', CodeOf<'budget'>> = {
  calls: 'budget/calls',
  tokens: 'budget/tokens',
  usd: 'budget/money',
  seconds: 'budget/time',
}

/** The error of a budget that does not hold another call. */
export const budgetSpent = (
  unit: SpendingUnit | 'seconds',
  spent: number,
  limit: number,
  remedy: string,
): BudgetError => {
  const rounded = unit === 'usd' ? Number(spent.toPrecision(4)) : Math.round(spent)
  return new BudgetError(
    codes[unit],
    `The budget of ${limit} ${unit} does not hold another call: ${rounded} ${unit} are spent. ${remedy}`,
    { spent, limit },
  )
}
