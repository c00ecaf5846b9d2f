import { KkachiError } from '../errors/kkachi-error.ts'
import { gated } from '../models/gated.ts'
import { priceOf } from '../models/price-of.ts'
import { priceless } from '../models/priceless.ts'
import { tokenBound } from '../models/token-bound.ts'
import { dearestInput } from '../models/token-cost.ts'
import type { LanguageModel, ModelRequest } from '../ports/language-model.ts'
import type { Admission, BudgetMeter, CallBound } from './budget.ts'

/** Output tokens one call may give where neither the sampling nor the budget says. */
const defaultAnswerTokens = 1_024

/**
 * A model that asks the run's account before every call and tells it after.
 *
 * 1. A call that would pass the limit is refused before it is sent, whatever else is in flight.
 * 2. An answer from a cache or journal counts as what it cost when it was first made, so a resumed run decides as the
 *    uninterrupted one did.
 * 3. While tokens, or money that the model costs, are limited, a request without `maxTokens` gets one, for only a bounded answer can be afforded.
 * 4. While time is limited, a call's deadline is no later than the run's end.
 * 5. A model that makes several calls inside one tells so afterwards: put the account inside it where each must count
 *    beforehand.
 *
 * @throws BudgetError `budget/calls`, `budget/tokens`, `budget/money`, `budget/time`; ConfigurationError
 *   `configuration/missing` at once when money is limited and the price of the model is not known
 */
export const withinBudget = (model: LanguageModel, meter: BudgetMeter): LanguageModel => {
  const { tokens, usd, prices, answerTokens = defaultAnswerTokens } = meter.budget
  const listed = priceOf(model.id, prices)
  // A run counts all input at its dearest, so that what it spends is known before a provider tells of its cache.
  const price = listed && { ...listed, input: dearestInput(listed) }
  if (usd !== undefined && price === undefined) throw priceless(model.id)
  const isFree = price === undefined || (price.input === 0 && price.output === 0)
  const needsBound = tokens !== undefined || (usd !== undefined && !isFree)
  const bounded = (request: ModelRequest): ModelRequest =>
    needsBound && request.maxTokens === undefined ? { ...request, maxTokens: answerTokens } : request
  const boundOf = (request: ModelRequest): CallBound => ({
    ...(needsBound ? tokenBound(request, request.maxTokens ?? answerTokens) : { input: 0, output: 0 }),
    price,
  })

  return gated('within-budget', model, async original => {
    const request = bounded(original)
    const admission = await meter.admit(boundOf(request), request.signal)
    return {
      request: timed(request, admission),
      end: ({ usage, recordedUsage }) => admission.settle(recordedUsage ?? usage),
      explain: error => ended(error, admission),
    }
  })
}

const timed = (request: ModelRequest, { msLeft }: Admission): ModelRequest =>
  msLeft === undefined ? request : { ...request, deadlineMs: Math.min(request.deadlineMs ?? msLeft, msLeft) }

/** A call that the end of the run's time cut off did not fail: the run was over. */
const ended = (error: unknown, admission: Admission): unknown =>
  KkachiError.is(error, 'model/timeout') ? (admission.expired() ?? error) : error
