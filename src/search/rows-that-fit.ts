import type { BudgetMeter, Spent } from './budget.ts'

/**
 * How many rows a step should try, at least 1: as many as are wanted, or as the budget seems to hold. A step that is cut
 * counts for nothing, so near the end of a budget small steps lose less.
 *
 * Of tokens and money a row is reckoned at twice its cost, for a call is admitted by what it might cost. A row whose cost is not
 * known is tried alone.
 */
export const rowsThatFit = (wanted: number, meter: BudgetMeter, keep: Spent, costOfRow: Spent): number => {
  const {
    calls = Number.POSITIVE_INFINITY,
    tokens = Number.POSITIVE_INFINITY,
    usd = Number.POSITIVE_INFINITY,
  } = meter.budget
  const byCalls = held(calls - meter.spent.calls - keep.calls, costOfRow.calls)
  const byTokens = held(tokens - meter.spent.tokens - keep.tokens, 2 * costOfRow.tokens)
  const isFree = costOfRow.usd === 0 && costOfRow.tokens > 0
  const byUsd = isFree ? Number.POSITIVE_INFINITY : held(usd - meter.spent.usd - keep.usd, 2 * costOfRow.usd)
  return Math.max(1, Math.floor(Math.min(wanted, byCalls, byTokens, byUsd)))
}

const held = (left: number, cost: number): number =>
  left === Number.POSITIVE_INFINITY ? left : cost > 0 ? left / cost : 1
