import type { Usage } from '../data/usage.ts'
import type { BudgetError } from '../errors/budget-error.ts'
import { KkachiError } from '../errors/kkachi-error.ts'
import type { Clock } from '../ports/clock.ts'
import type { LanguageModel, ModelRequest } from '../ports/language-model.ts'
import { systemClock } from '../ports/system-clock.ts'
import { awaitTurn } from './await-turn.ts'
import { budgetSpent } from './budget-spent.ts'
import { callScope } from './call-scope.ts'
import { checkLimits } from './check-limits.ts'
import { type CallEnd, gated } from './gated.ts'
import { isModelError } from './is-model-error.ts'
import { priceOf } from './price-of.ts'
import { priceless } from './priceless.ts'
import type { Price, PriceList } from './prices.ts'
import { nothingSpent, type Spending, spendingAccount } from './spending-account.ts'
import { tokenBound } from './token-bound.ts'
import { tokenCost, tokenCostBound } from './token-cost.ts'

export interface BudgetedOptions {
  /** Model calls, failed ones included. */
  readonly calls?: number
  /** Input and output tokens together. */
  readonly tokens?: number
  /** US dollars. */
  readonly usd?: number
  /** Seconds from the first call. */
  readonly seconds?: number
  /** Output tokens of a request that sets no `maxTokens`, while tokens or money are limited; 1,024 when absent. */
  readonly answerTokens?: number
  /** Prices by the model's id; they win over the dated list of the package. */
  readonly prices?: PriceList
  readonly clock?: Clock
}

/** What a budgeted model has spent so far. */
export interface BudgetSpent {
  readonly calls: number
  readonly tokens: number
  /** US dollars; absent when the price of the model is not known. */
  readonly usd?: number
  /** Since the first call. */
  readonly seconds: number
}

export interface BudgetedModel extends LanguageModel {
  spent(): BudgetSpent
}

/**
 * A model that never spends more than its budget, whatever is asked of it at once.
 *
 * 1. Before a call is sent the most it can cost is set aside: one call, a token for each UTF-8 byte of the question, and
 *    `maxTokens` for each answer. After it, what it did cost is counted.
 * 2. A call that would fit only if those under way cost less than they may waits for them, in one line by priority and
 *    arrival and against its deadline; one that would not fit even alone is refused. Nothing is sent for either.
 * 3. While tokens or money are limited, a request without `maxTokens` gets `answerTokens`: only a bounded answer can be
 *    afforded.
 * 4. What a failed, aborted or left call cost is not known: it counts at its bound where the provider may have answered
 *    (a timeout, a cut connection, damage), and as a call without tokens where it refused. So does an answer without
 *    a token count. Answers from a cache inside cost nothing.
 * 5. When the time is over, calls under way are aborted; their tokens count as in 4.
 * 6. A model that sends several requests within one call tells so afterwards: put `budgeted` inside `retried` and the
 *    strategies, where each request must fit. Attachments count 2,000 tokens each, whose true size only the provider knows.
 *
 * @throws ConfigurationError `configuration/invalid` for a limit that is not above 0; `configuration/missing` for `usd`
 *   and a model whose price is not known
 * @throws BudgetError `budget/calls`, `budget/tokens`, `budget/money`, `budget/time`, with what was spent and the limit
 * @throws ModelError `model/timeout` when the deadline passed while the call waited
 * @example
 * const model = retried(budgeted(openaiCompatible({ model: 'gpt-4o-mini', apiKey }), { usd: 2, seconds: 3600 }))
 */
export const budgeted = (model: LanguageModel, options: BudgetedOptions): BudgetedModel => {
  const { answerTokens = 1_024, clock = systemClock } = options
  const { calls = none, tokens = none, usd = none, seconds = none } = options
  checkLimits('budgeted()', { calls, tokens, usd, seconds, answerTokens }, { example: '{ calls: 500, usd: 2 }' })
  const price = priceOf(model.id, options.prices)
  if (usd < none && !price) throw priceless(model.id)
  const needsBound = tokens < none || usd < none
  const limits = { calls, tokens, usd }
  let began: number | undefined

  const passedMs = (): number => (began === undefined ? 0 : clock.now() - began)
  const isOver = (): boolean => passedMs() >= seconds * 1000
  const timeOver = (): BudgetError => budgetSpent('seconds', passedMs() / 1000, seconds, 'Give more seconds.')
  const account = spendingAccount({
    limits: () => limits,
    refuse: unit => budgetSpent(unit, account.spent[unit], limits[unit], `Give more ${unit}, or ask for less.`),
    check() {
      if (isOver()) throw timeOver()
    },
  })

  const bounded = (request: ModelRequest): ModelRequest =>
    needsBound && request.maxTokens === undefined ? { ...request, maxTokens: answerTokens } : request

  const boundOf = (request: ModelRequest): Spending => {
    if (!needsBound) return { ...nothingSpent, calls: 1 }
    const { input, output } = tokenBound(request, request.maxTokens ?? answerTokens)
    return { calls: 1, tokens: input + output, usd: price ? tokenCostBound(price, input, output) : 0 }
  }

  /** The request within the time of the budget, and what ends with the call. */
  const timed = (request: ModelRequest) => {
    if (seconds === none) return { request, close: () => {} }
    const left = Math.max(0, seconds * 1000 - passedMs())
    const scope = callScope({ signal: request.signal, deadlineMs: left, clock, late: timeOver })
    const deadlineMs = Math.min(request.deadlineMs ?? left, left)
    return { request: { ...request, signal: scope.signal, deadlineMs }, close: () => scope.close(true) }
  }

  /** Of two timers for the same moment either may be the first. */
  const explain = (error: unknown): unknown => (KkachiError.is(error, 'model/timeout') && isOver() ? timeOver() : error)

  const gate = gated('budgeted', model, async asked => {
    asked.signal?.throwIfAborted()
    began ??= clock.now()
    const limited = bounded(asked)
    const bound = boundOf(limited)
    const call = timed(limited)
    try {
      const { place, request } = await awaitTurn(call.request, {
        model: model.id,
        clock,
        line: account.line,
        enter: () => account.hold(bound),
      })
      return {
        request,
        explain,
        end(end) {
          // The error of a call that was cut off is only the reason it was cut off for.
          const { error, ...cut } = end
          place.settle(spentBy(call.request.signal?.aborted ? cut : end, bound, price))
          call.close()
        },
      }
    } catch (error) {
      call.close()
      throw explain(error)
    }
  })

  return {
    ...gate,
    spent() {
      const { usd: dollars, ...counts } = account.spent
      return { ...counts, ...(price && { usd: dollars }), seconds: passedMs() / 1000 }
    },
  }
}

const none = Number.POSITIVE_INFINITY

/** What a call cost, as far as it is known, and its bound where it is not. */
const spentBy = ({ usage, error, whole }: CallEnd, bound: Spending, price: Price | undefined): Spending => {
  const known = usage ? reported(usage, price) : nothingSpent
  if (whole && (known.tokens > 0 || known.calls === 0)) return known
  if (error !== undefined && KkachiError.is(error) && !mayHaveAnswered(error)) {
    return { ...known, calls: Math.max(wasSent(error) ? 1 : 0, known.calls) }
  }
  return {
    calls: Math.max(bound.calls, known.calls),
    tokens: Math.max(bound.tokens, known.tokens),
    usd: Math.max(bound.usd, known.usd),
  }
}

const reported = (usage: Usage, price: Price | undefined): Spending => ({
  calls: usage.cachedCalls > 0 ? usage.calls : Math.max(1, usage.calls),
  tokens: usage.inputTokens + usage.outputTokens,
  usd: price ? tokenCost(price, usage) : 0,
})

/** Whether the provider may have answered, and charged, although there is no answer. */
const mayHaveAnswered = (error: KkachiError): boolean =>
  isModelError(error) &&
  error.attempts !== 0 &&
  ['model/transport', 'model/timeout', 'model/malformed', 'model/truncated', 'model/filtered'].includes(error.code)

const wasSent = (error: KkachiError): boolean =>
  isModelError(error) ? error.attempts !== 0 : !error.code.startsWith('budget/')
