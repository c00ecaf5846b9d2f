import type { ModelEvent, ModelResponse } from '../ports/language-model.ts'

/** The events of an answer that is already whole. */
export function* responseEvents({ completions, usage }: ModelResponse): Generator<ModelEvent, void, undefined> {
  for (const [index, { text, reasoning, toolCalls = [], thoughts = [], logprobs }] of completions.entries()) {
    if (reasoning !== undefined) yield { type: 'reasoning', index, delta: reasoning }
    if (text !== '') yield { type: 'text', index, delta: text }
    if (logprobs !== undefined) yield { type: 'logprobs', index, logprobs }
    for (const thought of thoughts) yield { type: 'thought', index, thought }
    for (const [callIndex, { id, name, arguments: argumentsDelta }] of toolCalls.entries()) {
      yield { type: 'tool-call', index, callIndex, id, name, argumentsDelta }
    }
  }
  yield { type: 'usage', usage }
  for (const [index, { finishReason }] of completions.entries()) yield { type: 'finish', index, reason: finishReason }
}
