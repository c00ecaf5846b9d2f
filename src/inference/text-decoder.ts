import type { Tokenizer } from './transformers-runtime.ts'

/** Turns tokens into text as they come, holding back what may still change: half a character, half a stop text. */
export interface TokenText {
  /** Whether a stop text was reached: nothing more belongs to the answer. */
  readonly stopped: boolean
  /** Everything that is certain so far. */
  readonly text: string
  push(token: number): void
  /** The answer is over: what was held back is certain. */
  end(): void
}

/** Half a character decodes to this. */
const replacement = '\uFFFD'

/** A decoder for one answer; `stop` texts end it and are not part of it. Where nobody watches, it decodes at the end. */
export const tokenText = (tokenizer: Tokenizer, stop: readonly string[], watched: boolean): TokenText => {
  const tokens: number[] = []
  let text = ''
  let stopped = false

  const settle = (final: boolean): void => {
    if (stopped) return
    let decoded = tokenizer.decode(tokens, { skip_special_tokens: true })
    for (const ending of stop) {
      const at = decoded.indexOf(ending)
      if (at >= 0) {
        decoded = decoded.slice(0, at)
        stopped = true
      }
    }
    if (final || stopped) text = decoded
    else {
      const certain = decoded.length - Math.max(heldCharacters(decoded), heldStop(decoded, stop))
      if (certain > text.length) text = decoded.slice(0, certain)
    }
  }

  return {
    get stopped() {
      return stopped
    },
    get text() {
      return text
    },
    push(token) {
      tokens.push(token)
      if (watched || stop.length > 0) settle(false)
    },
    end: () => settle(true),
  }
}

const heldCharacters = (text: string): number => {
  let held = 0
  while (held < 4 && text.charAt(text.length - 1 - held) === replacement) held += 1
  return held
}

/** How much of the end may be the beginning of a stop text. */
const heldStop = (text: string, stop: readonly string[]): number => {
  let held = 0
  for (const ending of stop) {
    for (let length = Math.min(ending.length - 1, text.length); length > held; length -= 1) {
      if (text.endsWith(ending.slice(0, length))) held = length
    }
  }
  return held
}
