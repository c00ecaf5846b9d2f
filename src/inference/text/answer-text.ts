import type { FileTokenizer } from './tokenizer-from-files.ts'

/** Turns the tokens of one answer into text as they come, holding back what may still change. */
export interface AnswerText {
  /** Whether a stop text was reached: nothing more belongs to the answer. */
  readonly stopped: boolean
  /** What became certain by this token: half a character is not, nor what may be the beginning of a stop text. */
  push(token: number): string
  /** The answer is over: what was held back. */
  end(): string
}

/**
 * A text for one answer; `stop` texts end it and are not part of it.
 *
 * 1. They are looked for in all that is written, across the borders of tokens, in a thought and in a call too (as in vLLM).
 * 2. The answer ends before the first of them that is whole, of those that are whole with the same token the first in the text.
 * 3. An empty one ends nothing.
 */
export const answerText = (
  { bytesOf, stripsSpace }: Pick<FileTokenizer, 'bytesOf' | 'stripsSpace'>,
  stops: readonly string[],
): AnswerText => {
  const stop = stops.filter(ending => ending !== '')
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
  let held = ''
  let stopped = false
  let isFirst = stripsSpace

  const settle = (decoded: string, final: boolean): string => {
    if (stopped) return ''
    let fresh = decoded
    if (isFirst && fresh !== '') {
      isFirst = false
      if (fresh.startsWith(' ')) fresh = fresh.slice(1)
    }
    held += fresh
    const ends = stop.map(ending => held.indexOf(ending)).filter(at => at >= 0)
    stopped = ends.length > 0
    const certain = stopped ? Math.min(...ends) : final ? held.length : held.length - heldBack(held, stop)
    const text = held.slice(0, certain)
    held = held.slice(certain)
    return text
  }

  return {
    get stopped() {
      return stopped
    },
    push(token) {
      const bytes = bytesOf(token)
      return bytes === undefined ? '' : settle(decoder.decode(bytes, { stream: true }), false)
    },
    end: () => settle(decoder.decode(), true),
  }
}

/** How much of the end may be the beginning of one of the texts. */
export const heldBack = (text: string, endings: readonly string[]): number => {
  let held = 0
  for (const ending of endings) {
    for (let length = Math.min(ending.length - 1, text.length); length > held; length -= 1) {
      if (text.endsWith(ending.slice(0, length))) held = length
    }
  }
  return held
}
