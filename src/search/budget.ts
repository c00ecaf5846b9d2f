import type { Usage } from '../data/usage.ts'
import type { BudgetError } from '../errors/budget-error.ts'
import { ConfigurationError } from '../errors/configuration-error.ts'
import { budgetSpent } from '../models/budget-spent.ts'
import { spendingAccount } from '../models/spending-account.ts'

/** What a run may spend. Absent means without limit. */
export interface Budget {
  /** Model calls, whole, at least 1. */
  readonly calls?: number
  /** Input and output tokens together, whole, at least 1. */
  readonly tokens?: number
  /** Seconds from the start, and so the deadline of every call; the one limit that may make two runs differ. */
  readonly seconds?: number
  /** Output tokens one call may give where the sampling does not say, while `tokens` is set; 1,024 when absent. */
  readonly answerTokens?: number
}

/** What was spent, calls answered from a journal counted as when they were first made. */
export interface Spent {
  readonly calls: number
  readonly tokens: number
}

/** One admitted call, to be settled once. */
export interface Admission {
  /** What was left of the run's time when the call was admitted; absent without limit. */
  readonly msLeft?: number
  /** Says that the run's time is over, and its step cut; undefined while it is not. */
  expired(): BudgetError | undefined
  /** The call is over; without a usage it failed and cost nothing but the call. */
  settle(usage?: Usage): void
}

/** A stretch of a run that counts as a whole or not at all. */
export interface BudgetStep {
  /**
   * Whether a call of this step was refused, or could have been had the calls come in another order. A step that was cut
   * is thrown away, which makes the result of a run the same at every concurrency.
   */
  readonly cut: boolean
}

/** Keeps the account of one run. */
export interface BudgetMeter {
  readonly budget: Budget
  readonly spent: Spent
  /**
   * Waits until a call that may cost up to `tokens` fits, and admits it. Calls in flight hold their bound until they are
   * settled, so the sum never passes the limit; a call is refused only when it would not fit with nothing in flight.
   *
   * @throws BudgetError `budget/calls`, `budget/tokens`, `budget/time`; the signal's reason when it aborts first
   */
  admit(tokens: number, signal?: AbortSignal): Promise<Admission>
  /**
   * Begins a step that leaves `keep` unspent; the step before it is over. After a cut step there is no more than what it
   * left unspent: how far it got before it was cut depends on the order of arrival.
   */
  step(keep?: Spent): BudgetStep
}

/**
 * Makes the account of a run.
 *
 * @throws ConfigurationError `configuration/invalid` for a limit that is not above 0 or, but for the seconds, not whole
 */
export const budgetMeter = (budget: Budget, now: () => number = Date.now): BudgetMeter => {
  checkBudget(budget)
  const { calls = Number.POSITIVE_INFINITY, tokens: tokenLimit = Number.POSITIVE_INFINITY } = budget
  let kept: Spent = { calls: 0, tokens: 0 } // by the step
  let maxCalls = calls // of the step
  let maxTokens = tokenLimit
  const startedAt = now()
  let refusals = 0
  let slacks: number[] = [] // of the step: how much more each call might have cost than it did

  const timeOver = (): BudgetError | undefined => {
    const seconds = (now() - startedAt) / 1000
    if (budget.seconds === undefined || seconds < budget.seconds) return undefined
    refusals += 1
    return budgetSpent('seconds', seconds, budget.seconds, remedy('seconds'))
  }

  const account = spendingAccount({
    limits: () => ({ calls: maxCalls, tokens: maxTokens, usd: Number.POSITIVE_INFINITY }),
    refuse(unit) {
      refusals += 1
      return budgetSpent(unit, account.spent[unit], unit === 'calls' ? calls : tokenLimit, remedy(unit))
    },
    check() {
      const over = timeOver()
      if (over) throw over
    },
  })

  const isCut = (): boolean => {
    // Had the call with the most slack come last, it would have been asked to fit beside all the others.
    const slack = slacks.reduce((most, value) => Math.max(most, value), 0)
    const { spent } = account
    return refusals > 0 || spent.calls > maxCalls || spent.tokens + slack > maxTokens
  }

  return {
    budget,
    get spent() {
      const { calls, tokens } = account.spent
      return { calls, tokens }
    },
    async admit(tokens, signal) {
      const bound = { calls: 1, tokens, usd: 0 }
      const hold = await account.line.join(() => account.hold(bound), { signal })
      let settled = false
      return {
        ...(budget.seconds !== undefined && { msLeft: startedAt + budget.seconds * 1000 - now() }),
        expired: timeOver,
        settle(usage) {
          if (settled) return
          settled = true
          const cost = usage ? usage.inputTokens + usage.outputTokens : 0
          slacks.push(Math.max(0, tokens - cost))
          hold.settle({ calls: Math.max(1, usage?.calls ?? 1), tokens: cost, usd: 0 })
        },
      }
    },
    step(keep = { calls: 0, tokens: 0 }) {
      const cut = isCut()
      const reached = (limit: number, spent: number): number =>
        cut && limit < Number.POSITIVE_INFINITY ? Math.min(limit, spent) : limit
      maxCalls = reached(maxCalls, account.spent.calls) + kept.calls - keep.calls
      maxTokens = reached(maxTokens, account.spent.tokens) + kept.tokens - keep.tokens
      kept = keep
      refusals = 0
      slacks = []
      return {
        get cut() {
          return isCut()
        },
      }
    },
  }
}

const checkBudget = (budget: Budget): void => {
  for (const [option, limit] of Object.entries(budget)) {
    const isSeconds = option === 'seconds'
    if (limit > 0 && (isSeconds ? Number.isFinite(limit) : Number.isSafeInteger(limit))) continue
    throw new ConfigurationError(
      'configuration/invalid',
      `Expected the budget's ${option} to be a ${isSeconds ? '' : 'whole '}number above 0, got ${String(limit)}. Write { calls: 500 }, and nothing for what has no limit.`,
      { option: `budget.${option}` },
    )
  }
}

const remedy = (unit: string): string => `Give more ${unit}, or less data.`
