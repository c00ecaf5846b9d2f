import { RuntimeError } from '../../errors/runtime-error.ts'
import type { TokenConstraint } from '../token-constraint.ts'
import { callWatch, crossingTokens } from './call-watch.ts'

export interface HeldCallsOptions {
  /** Where the answer begins: perhaps with a thought of its own, within one that is open, or after any. */
  readonly place: 'start' | 'thought' | 'text'
  readonly bytesOf: (token: number) => Uint8Array | undefined
  readonly endTokens: ReadonlySet<number>
  /** What follows `<tool_call>`, up to the end of the answer. */
  readonly calls: () => TokenConstraint
  /** Whether what must come is read; otherwise it is drawn like the rest, so that the dice fall as they would without. */
  readonly reads: boolean
  /** Hears why the calls of this answer are held to nothing any more. */
  readonly onLost: (reason: string) => void
}

/**
 * An answer that is free until it begins a call, and from there on calls and nothing else.
 *
 * 1. Until then no mask is made or applied: a token costs a look at its few bytes.
 * 2. Where `<tool_call>` is written in pieces, tokens are forbidden that begin a call and go on in it.
 * 3. Where the grammar breaks off, the answer goes on freely.
 */
export const heldCalls = (options: HeldCallsOptions): TokenConstraint => {
  const { bytesOf, endTokens, calls, reads, onLost } = options
  const watch = callWatch(options.place)
  let state: 'free' | 'calls' | 'lost' = 'free'
  let inner: TokenConstraint | undefined
  let isOver = false
  let crossing: ReturnType<typeof crossingTokens> | undefined

  const free = (): void => {
    inner?.free()
    inner = undefined
  }

  /** Does something with the grammar of the calls; where it breaks off, the answer is free from here on. */
  const attempt = <Result>(act: () => Result): Result | undefined => {
    try {
      return act()
    } catch (error) {
      if (!(error instanceof RuntimeError)) throw error
      state = 'lost'
      free()
      onLost(error.message)
      return undefined
    }
  }

  return {
    prepare() {
      if (state === 'calls') attempt(() => inner?.prepare())
    },
    mask(logits) {
      if (state === 'calls') attempt(() => inner?.mask(logits))
      else if (state === 'free') {
        crossing ??= crossingOf(bytesOf, logits.length)
        for (const token of crossing[watch.begun] ?? []) logits[token] = Number.NEGATIVE_INFINITY
      }
    },
    accept(token) {
      if (state === 'calls') attempt(() => inner?.accept(token))
      else if (endTokens.has(token)) isOver = true
      else if (state === 'free' && watch.take(bytesOf(token))) {
        state = 'calls'
        inner = attempt(calls)
      }
    },
    forced: () => (reads && state === 'calls' ? (attempt(() => inner?.forced()) ?? []) : []),
    get ended() {
      return isOver || inner?.ended === true
    },
    free,
  }
}

const known = new WeakMap<HeldCallsOptions['bytesOf'], ReturnType<typeof crossingTokens>>()

/** Looked for once in a vocabulary. */
const crossingOf = (bytesOf: HeldCallsOptions['bytesOf'], size: number): ReturnType<typeof crossingTokens> => {
  const found = known.get(bytesOf) ?? crossingTokens(size, bytesOf)
  known.set(bytesOf, found)
  return found
}
