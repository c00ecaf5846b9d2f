import type { TokenConstraint } from '../../../src/inference/token-constraint.ts'

export interface ToyConstraint extends TokenConstraint {
  readonly isFreed: boolean
}

/**
 * A grammar of numbers: pieces that must come as they are, and between them one free token each, of those that
 * `isFree` allows; then the end.
 */
export const toyConstraint = (
  pieces: readonly (readonly number[])[],
  isFree: (token: number) => boolean,
  endToken = 0,
): ToyConstraint => {
  let piece = 0
  let place = 0
  let ended = false
  let isFreed = false
  let prepared = 0

  /** Whether a free token comes next. */
  const isOpen = (): boolean => place === (pieces[piece]?.length ?? 0) && piece < pieces.length - 1
  const isAtEnd = (): boolean => piece === pieces.length - 1 && place === (pieces[piece]?.length ?? 0)
  const allows = (token: number): boolean =>
    isAtEnd() ? token === endToken : isOpen() ? isFree(token) : pieces[piece]?.[place] === token

  const constraint: ToyConstraint = {
    get ended() {
      return ended
    },
    get isFreed() {
      return isFreed
    },
    prepare() {
      prepared += 1
    },
    mask(logits) {
      if (prepared === 0) throw new Error('It was not prepared.')
      prepared = 0
      for (const token of logits.keys()) if (!allows(token)) logits[token] = Number.NEGATIVE_INFINITY
    },
    accept(token) {
      if (!allows(token)) throw new RangeError(`Token ${token} is not allowed.`)
      if (isAtEnd()) ended = true
      else if (isOpen()) {
        piece += 1
        place = 0
      } else place += 1
    },
    forced() {
      const rest = isOpen() ? [] : (pieces[piece] ?? []).slice(place)
      place += rest.length
      return rest
    },
    free() {
      isFreed = true
    },
  }
  return constraint
}
