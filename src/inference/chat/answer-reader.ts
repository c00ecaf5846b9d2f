import type { ToolCall } from '../../ports/message.ts'
import { heldBack } from '../text/answer-text.ts'
import { readToolCall } from './tool-call-text.ts'

/** A piece of an answer, in the order of its text. */
export type AnswerPart =
  | { readonly type: 'text' | 'reasoning'; readonly delta: string }
  | { readonly type: 'tool-call'; readonly call: ToolCall }

/** Parts the text of one answer as it comes into thought, text and tool calls. */
export interface AnswerReader {
  /** What became certain by this piece of text. */
  push(delta: string): readonly AnswerPart[]
  /** The answer is over: what was held back. */
  end(): readonly AnswerPart[]
  /** Whether what comes next belongs to a thought. */
  readonly isThinking: boolean
}

export interface AnswerReaderOptions {
  /** Whether the prompt has opened the thought. */
  readonly thinks: boolean
  /** Whether tool calls are looked for. */
  readonly tools: boolean
  /** Whether a grammar writes the calls: then a closing tag without a line break before it is part of a text in a call. */
  readonly held?: boolean
  /** Names the calls of one answer. */
  readonly callId: (index: number) => string
}

const [thought, thoughtEnd, call, closing] = ['<think>', '</think>', '<tool_call>', '</tool_call>'] as const

/**
 * Reads answers in the form of Qwen3: perhaps `<think>…</think>` first, then text with `<tool_call>{json}</tool_call>` in it.
 * One walk over the text: what was looked at is never looked at again, but for as much as a tag may be long.
 *
 * 1. Space around a thought, and around calls, is nobody's.
 * 2. A thought that never ends is a thought all the same. So is a call that never ends, if it can be read.
 * 3. A call that cannot be read is text, a closing tag only if it was written.
 */
export const answerReader = ({ thinks, tools, held: isHeld = false, callId }: AnswerReaderOptions): AnswerReader => {
  // No text in JSON has a line break.
  const callEnd = isHeld ? `\n${closing}` : closing
  let state: 'start' | 'thought' | 'text' | 'call' = thinks ? 'thought' : 'start'
  let held = ''
  let isFresh = true
  let calls = 0
  let parts: AnswerPart[] = []
  /** Pieces of a call under way; joined once. */
  let pieces: string[] = []

  const tell = (type: 'text' | 'reasoning', delta: string): void => {
    if (delta !== '') parts.push({ type, delta })
  }

  /** Tells up to a place; space at its beginning is left out while nothing was told, space at its end is held. */
  const tellTo = (type: 'text' | 'reasoning', end: number, trims: boolean): void => {
    let text = held.slice(0, end)
    let rest = held.slice(end)
    if (isFresh) text = text.trimStart()
    if (trims) {
      const kept = text.trimEnd()
      rest = isFresh && kept === '' ? rest : text.slice(kept.length) + rest
      text = kept
    }
    if (text !== '') isFresh = false
    tell(type, text)
    held = rest
  }

  const finishCall = (text: string, end: string): void => {
    const read = readToolCall(text)
    if (read === undefined) tell('text', `${call}${text}${end}`)
    else {
      parts.push({ type: 'tool-call', call: { id: callId(calls), ...read } })
      calls += 1
    }
  }

  /** Goes on as far as the held text is certain; true when there may be more. */
  const step = (final: boolean): boolean => {
    if (state === 'start') {
      const begun = held.trimStart()
      if (!final && begun.length < thought.length && thought.startsWith(begun)) return false
      if (begun.startsWith(thought)) {
        held = begun.slice(thought.length)
        state = 'thought'
      } else {
        isFresh = false
        state = 'text'
      }
      return true
    }
    if (state === 'thought') {
      const at = held.indexOf(thoughtEnd)
      const end = at >= 0 ? at : held.length - (final ? 0 : heldBack(held, [thoughtEnd]))
      tellTo('reasoning', end, true)
      if (at < 0) return false
      held = held.slice(held.indexOf(thoughtEnd) + thoughtEnd.length)
      isFresh = true
      state = 'text'
      return true
    }
    if (state === 'text') {
      const at = tools ? held.indexOf(call) : -1
      const end = at >= 0 ? at : held.length - (final || !tools ? 0 : heldBack(held, [call]))
      tellTo('text', end, tools && (at >= 0 || !final))
      if (at < 0) return false
      held = held.slice(held.indexOf(call) + call.length)
      state = 'call'
      return true
    }
    const at = held.indexOf(callEnd)
    if (at < 0) {
      const kept = final ? 0 : heldBack(held, [callEnd])
      pieces.push(held.slice(0, held.length - kept))
      held = held.slice(held.length - kept)
      if (final) finishCall(pieces.join(''), '')
      return false
    }
    finishCall([...pieces, held.slice(0, at)].join(''), callEnd)
    pieces = []
    held = held.slice(at + callEnd.length)
    isFresh = true
    state = 'text'
    return true
  }

  const told = (final: boolean): readonly AnswerPart[] => {
    parts = []
    while (step(final)) {}
    return parts
  }

  return {
    push(delta) {
      held += delta
      return told(false)
    },
    end: () => told(true),
    get isThinking() {
      return state === 'thought'
    },
  }
}
