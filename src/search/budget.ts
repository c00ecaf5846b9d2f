import type { Usage } from '../data/usage.ts'
import { BudgetError } from '../errors/budget-error.ts'
import type { CodeOf } from '../errors/codes.ts'
import { ConfigurationError } from '../errors/configuration-error.ts'

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
 * @throws ConfigurationError `configuration/invalid` for a limit that is not above 0
 */
export const budgetMeter = (budget: Budget, now: () => number = Date.now): BudgetMeter => {
  checkBudget(budget)
  const { calls = Number.POSITIVE_INFINITY, tokens: tokenLimit = Number.POSITIVE_INFINITY } = budget
  let kept: Spent = { calls: 0, tokens: 0 } // by the step
  let maxCalls = calls // of the step
  let maxTokens = tokenLimit
  const startedAt = now()
  let spentCalls = 0
  let spentTokens = 0
  let heldCalls = 0
  let heldTokens = 0
  let refusals = 0
  let slacks: number[] = [] // of the step: how much more each call might have cost than it did
  let waiting: (() => void)[] = []

  const timeOver = (): BudgetError | undefined => {
    const seconds = (now() - startedAt) / 1000
    if (budget.seconds === undefined || seconds < budget.seconds) return undefined
    return spentError('budget/time', 'seconds', seconds, budget.seconds)
  }

  const refusal = (tokens: number): BudgetError | undefined => {
    const over = timeOver()
    if (over) return over
    if (spentCalls + 1 > maxCalls) return spentError('budget/calls', 'calls', spentCalls, calls)
    if (spentTokens + tokens > maxTokens) return spentError('budget/tokens', 'tokens', spentTokens, tokenLimit)
    return undefined
  }

  const fits = (tokens: number): boolean =>
    spentCalls + heldCalls + 1 <= maxCalls && spentTokens + heldTokens + tokens <= maxTokens

  const isCut = (): boolean => {
    // Had the call with the most slack come last, it would have been asked to fit beside all the others.
    const slack = slacks.reduce((most, value) => Math.max(most, value), 0)
    return refusals > 0 || spentCalls > maxCalls || spentTokens + slack > maxTokens
  }

  const wakeAll = (): void => {
    const woken = waiting
    waiting = []
    for (const wake of woken) wake()
  }

  return {
    budget,
    get spent() {
      return { calls: spentCalls, tokens: spentTokens }
    },
    async admit(tokens, signal) {
      signal?.throwIfAborted()
      let refused = refusal(tokens)
      while (!refused && !fits(tokens)) {
        await changed(waiting, signal)
        refused = refusal(tokens)
      }
      if (refused) {
        refusals += 1
        throw refused
      }
      heldCalls += 1
      heldTokens += tokens
      let settled = false
      return {
        ...(budget.seconds !== undefined && { msLeft: startedAt + budget.seconds * 1000 - now() }),
        expired() {
          const over = timeOver()
          if (over) refusals += 1
          return over
        },
        settle(usage) {
          if (settled) return
          settled = true
          const cost = usage ? usage.inputTokens + usage.outputTokens : 0
          heldCalls -= 1
          heldTokens -= tokens
          spentCalls += Math.max(1, usage?.calls ?? 1)
          spentTokens += cost
          slacks.push(Math.max(0, tokens - cost))
          wakeAll()
        },
      }
    },
    step(keep = { calls: 0, tokens: 0 }) {
      const cut = isCut()
      const reached = (limit: number, spent: number): number =>
        cut && limit < Number.POSITIVE_INFINITY ? Math.min(limit, spent) : limit
      maxCalls = reached(maxCalls, spentCalls) + kept.calls - keep.calls
      maxTokens = reached(maxTokens, spentTokens) + kept.tokens - keep.tokens
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
    if (typeof limit === 'number' && limit > 0) continue
    throw new ConfigurationError(
      'configuration/invalid',
      `Expected the budget's ${option} to be a number above 0, got ${String(limit)}. Write { calls: 500 }.`,
      { option: `budget.${option}` },
    )
  }
}

const spentError = (code: CodeOf<'budget'>, unit: string, spent: number, limit: number): BudgetError =>
  new BudgetError(
    code,
    `The budget of ${limit} ${unit} does not hold another call: ${Math.round(spent)} ${unit} are spent. Give more ${unit}, or less data.`,
    { spent, limit },
  )

/** Resolves when something was settled. */
const changed = (waiting: (() => void)[], signal: AbortSignal | undefined): Promise<void> =>
  new Promise((resolve, reject) => {
    const stop = (): void => reject(signal?.reason)
    waiting.push(() => {
      signal?.removeEventListener('abort', stop)
      resolve()
    })
    signal?.addEventListener('abort', stop, { once: true })
  })
