import { noUsage, type Usage } from '../data/usage.ts'
import type { Completion, FinishReason, ModelEvent, ModelResponse } from '../ports/language-model.ts'
import type { SignedThought, ToolCall } from '../ports/message.ts'
import type { AiSdkAnswer, AiSdkFinish, AiSdkMetadata, AiSdkPart, AiSdkUsage } from './ai-sdk-model.ts'
import { signedPart } from './ai-sdk-thoughts.ts'
import { cut, type Defect } from './defect.ts'
import { isSilent } from './is-silent.ts'

/** Reads a whole answer of the AI SDK; `signer`: whose signatures its parts have. */
export const aiSdkAnswer = (
  { content, finishReason, usage, response }: AiSdkAnswer,
  signer: string,
): ModelResponse | Defect => {
  const reason = reasonOf(finishReason)
  if (reason === undefined) return { defect: 'an error', refused: true }
  const texts = (type: string): string => content.map(part => (part.type === type ? (part.text ?? '') : '')).join('')
  const reasoning = texts('reasoning')
  const toolCalls = content
    .filter(part => part.type === 'tool-call' && part.providerExecuted !== true)
    .map(
      ({ toolCallId, toolName = '', input }, index): ToolCall => ({
        ...{ id: toolCallId ?? `call_${index}`, name: toolName },
        arguments: inputText(input),
      }),
    )
  const thoughts: SignedThought[] = []
  let callsBefore = 0
  for (const part of content) {
    if (part.providerExecuted === true) continue
    const data = signedPart(part)
    if (data !== undefined) thoughts.push({ signer, callsBefore, data })
    if (part.type === 'tool-call') callsBefore += 1
  }
  const completion: Completion = {
    text: texts('text'),
    finishReason: toolCalls.length > 0 && reason === 'stop' ? 'tool-calls' : reason,
    ...(reasoning === '' ? {} : { reasoning }),
    ...(toolCalls.length === 0 ? {} : { toolCalls }),
    ...(toolCalls.length === 0 || thoughts.length === 0 ? {} : { thoughts }),
  }
  if (isSilent(completion)) return { defect: 'a message without content' }
  return {
    completions: [completion],
    usage: usageOf(usage),
    ...(response?.id === undefined ? {} : { requestId: response.id }),
    ...(response?.modelId === undefined ? {} : { modelName: response.modelId }),
  }
}

/** Turns the parts of a streamed answer into events; `signer` as in aiSdkAnswer. */
export const aiSdkParts = (signer: string) => {
  const calls = new Map<string, { readonly callIndex: number; told: boolean }>()
  /** The thoughts, and what is signed of calls; a thought has its signature when it ends, if not before. */
  const thoughts: ThoughtDraft[] = []
  const reasonings = new Map<string, ThoughtDraft>()
  let usage: Usage | undefined
  let reason: FinishReason | undefined
  let spoke = false

  const toolCall = ({ toolCallId = '', toolName = '', input }: AiSdkPart): readonly ModelEvent[] => {
    const begun = calls.get(toolCallId)
    if (begun?.told === true) return []
    const callIndex = begun?.callIndex ?? calls.size
    calls.set(toolCallId, { callIndex, told: true })
    const id = toolCallId === '' ? `call_${callIndex}` : toolCallId
    return [{ type: 'tool-call', index: 0, callIndex, id, name: toolName, argumentsDelta: inputText(input) }]
  }

  /** Notes what of a part is wanted back. */
  const note = ({ type, id = '', delta = '', toolCallId = '', providerMetadata }: AiSdkPart): void => {
    if (type === 'tool-call') {
      const callsBefore = calls.get(toolCallId)?.callIndex ?? calls.size
      thoughts.push({ type, callsBefore, text: '', providerMetadata })
    } else if (type.startsWith('reasoning-')) {
      const thought = reasonings.get(id) ?? { type: 'reasoning', callsBefore: calls.size, text: '', providerMetadata }
      thought.text += delta
      thought.providerMetadata = providerMetadata ?? thought.providerMetadata
      if (!reasonings.has(id)) thoughts.push(thought)
      reasonings.set(id, thought)
    }
  }

  return {
    read(part: AiSdkPart): readonly ModelEvent[] | Defect {
      const { type, id = '', delta = '', finishReason } = part
      if (part.providerExecuted === true) return []
      note(part)
      switch (type) {
        case 'text-delta':
        case 'reasoning-delta':
          if (delta === '') return []
          spoke = true
          return [{ type: type === 'text-delta' ? 'text' : 'reasoning', index: 0, delta }]
        case 'tool-input-start': {
          // The id of the input is the one of its call, which repeats it whole: it is told once.
          const callIndex = calls.size
          calls.set(id, { callIndex, told: false })
          spoke = true
          return [{ type: 'tool-call', index: 0, callIndex, id, name: part.toolName ?? '', argumentsDelta: '' }]
        }
        case 'tool-input-delta': {
          const call = calls.get(id)
          if (call === undefined || delta === '') return []
          call.told = true
          return [{ type: 'tool-call', index: 0, callIndex: call.callIndex, argumentsDelta: delta }]
        }
        case 'tool-call':
          spoke = true
          return toolCall(part)
        case 'finish':
          if (part.usage) usage = usageOf(part.usage)
          reason = finishReason === undefined ? 'other' : reasonOf(finishReason)
          return reason === undefined ? { defect: 'an error', refused: true } : []
        default:
          return []
      }
    },
    end(): readonly ModelEvent[] | Defect {
      if (reason === undefined) return { defect: cut }
      if (!spoke && (reason === 'stop' || reason === 'other')) return { defect: 'a message without content' }
      const signed = thoughts.flatMap(({ callsBefore, ...thought }): readonly ModelEvent[] => {
        const data = signedPart(thought)
        return data === undefined ? [] : [{ type: 'thought', index: 0, thought: { signer, callsBefore, data } }]
      })
      return [
        ...signed,
        { type: 'usage', usage: usage ?? { ...noUsage, calls: 1, attempts: 1 } },
        { type: 'finish', index: 0, reason: calls.size > 0 && reason === 'stop' ? 'tool-calls' : reason },
      ]
    },
  }
}

interface ThoughtDraft {
  readonly type: string
  readonly callsBefore: number
  text: string
  providerMetadata: AiSdkMetadata | undefined
}

const inputText = (input: unknown): string => (typeof input === 'string' ? input : (JSON.stringify(input) ?? ''))

/** Undefined when the provider gave up on the answer. */
const reasonOf = (finish: AiSdkFinish): FinishReason | undefined => {
  const reason = typeof finish === 'string' ? finish : finish.unified
  if (reason === 'error') return undefined
  return reason === 'stop' || reason === 'length' || reason === 'content-filter' || reason === 'tool-calls'
    ? reason
    : 'other'
}

const usageOf = ({ inputTokens, outputTokens, reasoningTokens, cachedInputTokens }: AiSdkUsage): Usage => {
  const input = typeof inputTokens === 'object' ? inputTokens : { total: inputTokens, cacheRead: cachedInputTokens }
  const output = typeof outputTokens === 'object' ? outputTokens : { total: outputTokens, reasoning: reasoningTokens }
  const cacheReadTokens = count(input.cacheRead)
  const cacheWriteTokens = 'cacheWrite' in input ? count(input.cacheWrite) : 0
  return {
    ...noUsage,
    calls: 1,
    attempts: 1,
    inputTokens: count(input.total),
    outputTokens: count(output.total),
    reasoningTokens: Math.min(count(output.total), count(output.reasoning)),
    ...(cacheReadTokens === 0 ? {} : { cacheReadTokens }),
    ...(cacheWriteTokens === 0 ? {} : { cacheWriteTokens }),
  }
}

const count = (value: number | undefined): number =>
  typeof value === 'number' && Number.isFinite(value) && value > 0 ? Math.trunc(value) : 0
