import type { Usage } from '../data/usage.ts'
import type { BudgetError } from '../errors/budget-error.ts'
import { ConfigurationError } from '../errors/configuration-error.ts'
import { budgetSpent } from '../models/budget-spent.ts'
import type { Price, PriceList } from '../models/prices.ts'
import { type SpendingUnit, spendingAccount } from '../models/spending-account.ts'
import type { CallTokens } from '../models/token-bound.ts'

/** What a run may spend. Absent means without limit. */
export interface Budget {
  /** Model calls, whole, at least 1. */
  readonly calls?: number
  /** Input and output tokens together, whole, at least 1. */
  readonly tokens?: number
  /** US dollars; the price of every model that is asked has to be known. */
  readonly usd?: number
  /** Prices by the model's id, `openai/gpt-4o-mini`; they win over the dated list of the package. */
  readonly prices?: PriceList
  /** Seconds from the start, and so the deadline of every call; the one limit that may make two runs differ. */
  readonly seconds?: number
  /** Output tokens one call may give where the sampling does not say, while `tokens` or `usd` is set; 1,024 when absent. */
  readonly answerTokens?: number
}

/** What was spent, calls answered from a journal counted as when they were first made. */
export interface Spent {
  readonly calls: number
  readonly tokens: number
  /** US dollars, as far as prices are known. */
  readonly usd: number
}

/** Nothing spent, nothing kept. */
export const unspent: Spent = { calls: 0, tokens: 0, usd: 0 }

/** Puts two spendings together, unit by unit. */
export const eachOf = (combine: (one: number, two: number) => number, one: Spent, two: Spent): Spent => ({
  calls: combine(one.calls, two.calls),
  tokens: combine(one.tokens, two.tokens),
  usd: combine(one.usd, two.usd),
})

/** The most a call can cost. */
export interface CallBound extends CallTokens {
  /** Of the model that is asked, where it is known. */
  readonly price?: Price | undefined
}

/** One admitted call, to be settled once. */
export interface Admission {
  /** What was left of the run's time when the call was admitted; absent without limit. */
  readonly msLeft?: number
  /** Says that the run's time is over, and its step cut; undefined while it is not. */
  expired(): BudgetError | undefined
  /** The call is over; without a usage it failed and cost nothing but the call, without tokens in it as much as it might. */
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
   * Waits until a call that may cost up to `bound` fits, and admits it. Calls in flight hold their bound until they are
   * settled, so the sum never passes the limit; a call is refused only when it would not fit with nothing in flight.
   *
   * @throws BudgetError `budget/calls`, `budget/tokens`, `budget/money`, `budget/time`; the signal's reason when it aborts first
   */
  admit(bound: CallBound, signal?: AbortSignal): Promise<Admission>
  /**
   * Begins a step that leaves `keep` unspent; the step before it is over. After a cut step there is no more than what it
   * left unspent: how far it got before it was cut depends on the order of arrival.
   *
   * @param atLeast calls the step makes in any case: where they do not fit, it is cut before the first of them
   */
  step(keep?: Spent, atLeast?: number): BudgetStep
}

/**
 * Makes the account of a run.
 *
 * Money is counted in whole millionths of a millionth of a dollar: sums of fractions would depend on the order of arrival.
 *
 * @throws ConfigurationError `configuration/invalid` for a limit that is not above 0 or, but for seconds and money, not
 *   whole
 */
export const budgetMeter = (budget: Budget, now: () => number = Date.now): BudgetMeter => {
  checkBudget(budget)
  const { calls = Number.POSITIVE_INFINITY, tokens = Number.POSITIVE_INFINITY, usd = Number.POSITIVE_INFINITY } = budget
  const whole: Spent = { calls, tokens, usd: inParts(usd) }
  let kept = unspent // by the step
  let most = whole // of the step
  const startedAt = now()
  let refusals = 0
  let slack = { tokens: 0, usd: 0 } // of the step: how much more a call might have cost than it did, at most

  const timeOver = (): BudgetError | undefined => {
    const seconds = (now() - startedAt) / 1000
    if (budget.seconds === undefined || seconds < budget.seconds) return undefined
    refusals += 1
    return budgetSpent('seconds', seconds, budget.seconds, remedy('seconds'))
  }

  const account = spendingAccount({
    limits: () => most,
    refuse(unit) {
      refusals += 1
      return budgetSpent(unit, shown(unit, account.spent[unit]), shown(unit, whole[unit]), remedy(unit))
    },
    check() {
      const over = timeOver()
      if (over) throw over
    },
  })

  const isCut = (): boolean => {
    const { spent } = account
    // Had the call with the most slack come last, it would have been asked to fit beside all the others.
    return (
      refusals > 0 ||
      spent.calls > most.calls ||
      spent.tokens + slack.tokens > most.tokens ||
      spent.usd + slack.usd > most.usd
    )
  }

  return {
    budget,
    get spent() {
      const { usd, ...counts } = account.spent
      return { ...counts, usd: shown('usd', usd) }
    },
    async admit({ input, output, price }, signal) {
      const bound = { calls: 1, tokens: input + output, usd: partsOf(price, input, output) }
      const hold = await account.line.join(() => account.hold(bound), { signal })
      let settled = false
      return {
        ...(budget.seconds !== undefined && { msLeft: startedAt + budget.seconds * 1000 - now() }),
        expired: timeOver,
        settle(usage) {
          if (settled) return
          settled = true
          const cost = spentBy(usage, bound, price)
          slack = {
            tokens: Math.max(slack.tokens, bound.tokens - cost.tokens),
            usd: Math.max(slack.usd, bound.usd - cost.usd),
          }
          hold.settle(cost)
        },
      }
    },
    step(keep = unspent, atLeast = 0) {
      const cut = isCut()
      const keeping = { ...keep, usd: inParts(keep.usd) }
      const next = (unit: SpendingUnit): number =>
        (cut && most[unit] < Number.POSITIVE_INFINITY ? Math.min(most[unit], account.spent[unit]) : most[unit]) +
        kept[unit] -
        keeping[unit]
      most = { calls: next('calls'), tokens: next('tokens'), usd: next('usd') }
      kept = keeping
      refusals = account.spent.calls + atLeast > most.calls ? 1 : 0
      slack = { tokens: 0, usd: 0 }
      return {
        get cut() {
          return isCut()
        },
      }
    },
  }
}

/** What a call cost: its bound where it answered without a token count, and no tokens where it failed. */
const spentBy = (usage: Usage | undefined, bound: Spent, price: Price | undefined): Spent => {
  const { calls = 1, inputTokens = 0, outputTokens = 0 } = usage ?? {}
  const tokens = inputTokens + outputTokens
  return usage !== undefined && usage.calls > 0 && tokens === 0
    ? { ...bound, calls: usage.calls }
    : { calls: Math.max(1, calls), tokens, usd: partsOf(price, inputTokens, outputTokens) }
}

/** Parts that a dollar has. */
const parts = 1e12

const inParts = (usd: number): number => Math.round(usd * parts)

const partsOf = (price: Price | undefined, input: number, output: number): number =>
  price ? Math.ceil((price.input * parts) / 1e6) * input + Math.ceil((price.output * parts) / 1e6) * output : 0

const shown = (unit: SpendingUnit, amount: number): number => (unit === 'usd' ? amount / parts : amount)

const checkBudget = ({ prices: _, ...limits }: Budget): void => {
  for (const [option, limit] of Object.entries(limits)) {
    const isMeasured = option === 'seconds' || option === 'usd'
    if (limit > 0 && (isMeasured ? Number.isFinite(limit) : Number.isSafeInteger(limit))) continue
    throw new ConfigurationError(
      'configuration/invalid',
      `Expected the budget's ${option} to be a ${isMeasured ? '' : 'whole '}number above 0, got ${String(limit)}. Write { calls: 500 }, and nothing for what has no limit.`,
      { option: `budget.${option}` },
    )
  }
}

const remedy = (unit: string): string => `Give more ${unit}, or less data.`
