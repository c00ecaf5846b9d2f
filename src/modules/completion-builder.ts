import type { Completion, FinishReason, ModelEvent, TokenLogprob } from '../ports/language-model.ts'
import type { ToolCall } from '../ports/message.ts'

type CompletionEvent = Extract<ModelEvent, { readonly index: number }>

/** Puts a completion together from the events of its stream. */
export const completionBuilder = () => {
  let text = ''
  let reasoning = ''
  let finishReason: FinishReason = 'other'
  const logprobs: TokenLogprob[] = []
  const toolCalls: ToolCall[] = []
  return {
    add(event: CompletionEvent): void {
      if (event.type === 'text') text += event.delta
      else if (event.type === 'reasoning') reasoning += event.delta
      else if (event.type === 'finish') finishReason = event.reason
      else if (event.type === 'logprobs') logprobs.push(...event.logprobs)
      else {
        const before = toolCalls[event.callIndex] ?? { id: '', name: '', arguments: '' }
        toolCalls[event.callIndex] = {
          id: event.id ?? before.id,
          name: event.name ?? before.name,
          arguments: before.arguments + event.argumentsDelta,
        }
      }
    },
    completion: (): Completion => ({
      text,
      finishReason,
      ...(reasoning === '' ? {} : { reasoning }),
      ...(logprobs.length === 0 ? {} : { logprobs }),
      ...(toolCalls.length === 0 ? {} : { toolCalls: toolCalls.filter(call => call !== undefined) }),
    }),
  }
}
