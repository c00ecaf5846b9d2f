import { KkachiError } from '../errors/kkachi-error.ts'
import { gated } from '../models/gated.ts'
import { tokenBound } from '../models/token-bound.ts'
import type { LanguageModel, ModelRequest } from '../ports/language-model.ts'
import type { Admission, BudgetMeter } from './budget.ts'

/** Output tokens one call may give where neither the sampling nor the budget says. */
const defaultAnswerTokens = 1_024

/**
 * A model that asks the run's account before every call and tells it after.
 *
 * 1. A call that would pass the limit is refused before it is sent, whatever else is in flight.
 * 2. An answer from a cache or journal counts as what it cost when it was first made, so a resumed run decides as the
 *    uninterrupted one did.
 * 3. While tokens are limited, a request without `maxTokens` gets one, for only a bounded answer can be afforded.
 * 4. While time is limited, a call's deadline is no later than the run's end.
 * 5. A model that makes several calls inside one tells so afterwards: put the account inside it where each must count
 *    beforehand.
 *
 * @throws BudgetError `budget/calls`, `budget/tokens`, `budget/time`
 */
export const withinBudget = (model: LanguageModel, meter: BudgetMeter): LanguageModel => {
  const limitsTokens = meter.budget.tokens !== undefined
  const bounded = (request: ModelRequest): ModelRequest =>
    limitsTokens && request.maxTokens === undefined
      ? { ...request, maxTokens: meter.budget.answerTokens ?? defaultAnswerTokens }
      : request
  const admit = (request: ModelRequest) => {
    const { input, output } = tokenBound(request, request.maxTokens ?? defaultAnswerTokens)
    return meter.admit(limitsTokens ? input + output : 0, request.signal)
  }

  return gated('within-budget', model, async original => {
    const request = bounded(original)
    const admission = await admit(request)
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
