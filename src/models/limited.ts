import type { Clock } from '../ports/clock.ts'
import type { LanguageModel, ModelRequest } from '../ports/language-model.ts'
import { systemClock } from '../ports/system-clock.ts'
import { awaitTurn } from './await-turn.ts'
import { checkLimits } from './check-limits.ts'
import { type CallEnd, gated } from './gated.ts'
import { rateWindow } from './rate-window.ts'
import { tokenEstimate } from './token-bound.ts'
import { waitingLine } from './waiting-line.ts'

export interface LimitedOptions {
  /** Calls under way at once; without limit when absent. */
  readonly concurrency?: number
  /** Requests in any 60 seconds; without limit when absent. */
  readonly requestsPerMinute?: number
  /** Input and output tokens in any 60 seconds; without limit when absent. */
  readonly tokensPerMinute?: number
  /** What a call will cost in tokens; when absent a token for 3 bytes of the question, and `maxTokens` or 512. */
  readonly estimateTokens?: (request: ModelRequest) => number
  readonly clock?: Clock
}

/** Tokens counted for an answer that nothing bounds, until it is there. */
const unboundedAnswer = 512

/**
 * A model that is not asked more at once, or in a minute, than is allowed.
 *
 * 1. Who has to wait waits in one line: by `request.priority`, lower first, then by arrival. Nobody overtakes the call at
 *    the front, so a large one is never starved by small ones.
 * 2. The wait counts against `request.deadlineMs`; when it takes all of it, the call fails as `model/timeout` with
 *    `attempts: 0`, for nothing was sent. A caller that aborts leaves the line at once. Without deadline a call waits for
 *    as long as it takes.
 * 3. A call holds its slot until it settles, a stream until it ended, was left or aborted.
 * 4. In no 60 seconds are more requests begun than allowed. Tokens are counted by an estimate until the usage is known;
 *    what an estimate missed is taken from what comes after. One call estimated above the whole limit goes alone.
 * 5. Requests that the model sends on its own (a retry inside) are counted when it tells them: put `limited` inside
 *    `retried`, where each waits for its turn and waiting for a second try holds no slot.
 *
 * @throws ConfigurationError `configuration/invalid` for a limit below 1
 * @throws ModelError `model/timeout` when the deadline passed while the call waited
 * @example
 * const model = retried(limited(openaiCompatible({ model: 'gpt-4o-mini', apiKey }), { concurrency: 8, requestsPerMinute: 500 }))
 */
export const limited = (model: LanguageModel, options: LimitedOptions): LanguageModel => {
  const { concurrency, requestsPerMinute, tokensPerMinute, clock = systemClock } = options
  const { estimateTokens = (request: ModelRequest) => tokenEstimate(request, unboundedAnswer) } = options
  checkLimits('limited()', { concurrency, requestsPerMinute, tokensPerMinute }, { least: 1, example })
  const requests = requestsPerMinute === undefined ? undefined : rateWindow(requestsPerMinute)
  const tokens = tokensPerMinute === undefined ? undefined : rateWindow(tokensPerMinute)
  const line = waitingLine()
  let underWay = 0
  let alarm: { readonly at: number; hush(): void } | undefined

  /** Lets the line advance after `ms`, when the window has room again. */
  const advanceIn = (ms: number): void => {
    const at = clock.now() + ms
    if (alarm && alarm.at <= at) return
    alarm?.hush()
    const hush = clock.alarm(ms, () => {
      alarm = undefined
      line.advance()
    })
    alarm = { at, hush }
  }

  const enter = (needed: number): { end(call: CallEnd): void } | undefined => {
    if (underWay >= (concurrency ?? Number.POSITIVE_INFINITY)) return undefined
    const now = clock.now()
    const waitMs = Math.max(requests?.waitMs(1, now) ?? 0, tokens?.waitMs(needed, now) ?? 0)
    if (waitMs > 0) {
      advanceIn(waitMs)
      return undefined
    }
    underWay += 1
    const sent = requests?.add(1, now)
    const cost = tokens?.add(needed, now)
    return {
      end({ usage }) {
        underWay -= 1
        const later = clock.now()
        if (usage && usage.attempts > 1) sent?.(usage.attempts, later)
        const used = usage ? usage.inputTokens + usage.outputTokens : 0
        // Of a call that told nothing the estimate stands: the provider may have counted it.
        if (used > 0 || (usage?.cachedCalls ?? 0) > 0) cost?.(used, later)
        line.advance()
      },
    }
  }

  return gated('limited', model, async asked => {
    const needed = tokens ? estimateTokens(asked) : 0
    checkLimits('limited()', { 'the result of estimateTokens': needed }, { least: 0, example: 'a count of tokens' })
    try {
      const { place, request } = await awaitTurn(asked, {
        model: model.id,
        clock,
        line,
        enter: () => enter(needed),
      })
      return { request, end: place.end }
    } finally {
      if (line.length === 0) {
        alarm?.hush()
        alarm = undefined
      }
    }
  })
}

const example = '{ concurrency: 8, requestsPerMinute: 500, tokensPerMinute: 200_000 }'
