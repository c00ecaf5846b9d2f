import type { Completion, ModelEvent } from '../ports/language-model.ts'

/** The events that make up a completion, but for its finish: reasoning, text and arguments in pieces of 4 characters. */
export function* completionPieces(completion: Completion, index: number): Iterable<ModelEvent> {
  const { text, reasoning = '', toolCalls = [], logprobs = [] } = completion
  for (const delta of pieces(reasoning)) yield { type: 'reasoning', index, delta }
  for (const delta of pieces(text)) yield { type: 'text', index, delta }
  if (logprobs.length > 0) yield { type: 'logprobs', index, logprobs }
  for (const [callIndex, { id, name, arguments: args }] of toolCalls.entries()) {
    yield { type: 'tool-call', index, callIndex, id, name, argumentsDelta: '' }
    for (const argumentsDelta of pieces(args)) yield { type: 'tool-call', index, callIndex, argumentsDelta }
  }
}

/** Pieces of 4 code points, so that no character is cut in two. */
function* pieces(text: string): Iterable<string> {
  let piece = ''
  let length = 0
  for (const character of text) {
    piece += character
    length += 1
    if (length === 4) {
      yield piece
      piece = ''
      length = 0
    }
  }
  if (piece !== '') yield piece
}
