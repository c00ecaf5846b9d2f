import type { TokenConstraint } from '../token-constraint.ts'

export interface ThoughtOptions {
  /** The tokens that open a thought, none where the prompt has opened it. */
  readonly opening: readonly number[]
  /** The token that closes it. */
  readonly close: number
  /** What stands between a thought and the answer. */
  readonly gap: readonly number[]
  /** Tokens of thought at most; what opens and closes it not counted. */
  readonly budget: number
  readonly endTokens: ReadonlySet<number>
  /** What the answer must look like, made when the thought is over; absent where it is free. */
  readonly answer?: (() => TokenConstraint) | undefined
}

/**
 * A thought, free but for its length, and then the answer under its own constraint, if it has one.
 *
 * 1. The thought is opened for the network, and closed for it when its budget is spent.
 * 2. It does not end the answer. Where the network tries to, the thought alone is closed.
 */
export const thoughtFirst = ({ opening, close, gap, budget, endTokens, answer }: ThoughtOptions): TokenConstraint => {
  let state: 'before' | 'thought' | 'closed' | 'answer' = opening.length > 0 ? 'before' : 'thought'
  let thought = 0
  let inner: TokenConstraint | undefined
  let ended = false

  const begin = (): void => {
    state = 'answer'
    inner = answer?.()
  }

  return {
    prepare: () => inner?.prepare(),
    mask(logits) {
      if (state === 'answer') inner?.mask(logits)
      else for (const token of endTokens) logits[token] = Number.NEGATIVE_INFINITY
    },
    accept(token) {
      if (state === 'answer') {
        if (inner === undefined) ended = endTokens.has(token)
        else inner.accept(token)
      } else if (token === close) state = 'closed'
      else {
        state = 'thought'
        thought += 1
      }
    },
    forced() {
      if (state === 'before') {
        state = 'thought'
        return opening
      }
      const closing = state === 'thought' && thought >= budget ? [close] : []
      if (state === 'closed' || closing.length > 0) {
        begin()
        return [...closing, ...gap, ...(inner?.forced() ?? [])]
      }
      return inner?.forced() ?? []
    },
    get ended() {
      return ended || inner?.ended === true
    },
    free: () => inner?.free(),
  }
}
