import { addUsage, noUsage, type Usage } from '../data/usage.ts'
import type { Completion, FinishReason, ModelEvent, ModelResponse, TokenLogprob } from '../ports/language-model.ts'
import type { SignedThought, ToolCall } from '../ports/message.ts'

interface Draft {
  text: string
  reasoning: string
  finishReason?: FinishReason
  readonly logprobs: TokenLogprob[]
  readonly toolCalls: Map<number, ToolCall>
  readonly thoughts: SignedThought[]
}

/** Puts the answer together that a stream tells. */
export const responseBuilder = () => {
  let drafts = new Map<number, Draft>()
  let usage: Usage = noUsage

  const draftOf = (index: number): Draft => {
    const draft = drafts.get(index) ?? { text: '', reasoning: '', logprobs: [], toolCalls: new Map(), thoughts: [] }
    drafts.set(index, draft)
    return draft
  }

  return {
    add(event: ModelEvent): void {
      if (event.type === 'reset') {
        drafts = new Map()
        return
      }
      if (event.type === 'usage') {
        usage = addUsage(usage, event.usage)
        return
      }
      const draft = draftOf(event.index)
      if (event.type === 'text') draft.text += event.delta
      else if (event.type === 'reasoning') draft.reasoning += event.delta
      else if (event.type === 'logprobs') draft.logprobs.push(...event.logprobs)
      else if (event.type === 'thought') draft.thoughts.push(event.thought)
      else if (event.type === 'finish') draft.finishReason = event.reason
      else {
        const { id = '', name = '', arguments: begun = '' } = draft.toolCalls.get(event.callIndex) ?? {}
        draft.toolCalls.set(event.callIndex, {
          id: event.id ?? id,
          name: event.name ?? name,
          arguments: begun + event.argumentsDelta,
        })
      }
    },
    /** The answer, or undefined while a completion has not finished. */
    response(): ModelResponse | undefined {
      const completions: Completion[] = []
      for (let index = 0; index < drafts.size; index += 1) {
        const draft = drafts.get(index)
        if (draft?.finishReason === undefined) return undefined
        completions.push(completionOf(draft, draft.finishReason))
      }
      const [first, ...rest] = completions
      return first && { completions: [first, ...rest], usage }
    },
  }
}

const completionOf = (
  { text, reasoning, logprobs, toolCalls, thoughts }: Draft,
  finishReason: FinishReason,
): Completion => ({
  text,
  finishReason,
  ...(reasoning === '' ? {} : { reasoning }),
  ...(logprobs.length === 0 ? {} : { logprobs }),
  ...(toolCalls.size === 0 ? {} : { toolCalls: [...toolCalls].sort(([a], [b]) => a - b).map(([, call]) => call) }),
  // Only calls are answered, and only with an answer to them they are wanted back.
  ...(toolCalls.size === 0 || thoughts.length === 0 ? {} : { thoughts }),
})
