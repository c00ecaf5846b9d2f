import { noUsage, type Usage } from '../data/usage.ts'
import type { Completion, FinishReason, ModelEvent, ModelResponse } from '../ports/language-model.ts'
import type { ToolCall } from '../ports/message.ts'
import type { AiSdkAnswer, AiSdkFinish, AiSdkPart, AiSdkUsage } from './ai-sdk-model.ts'
import { cut, type Defect } from './defect.ts'
import { isSilent } from './is-silent.ts'

/** Reads a whole answer of the AI SDK. */
export const aiSdkAnswer = ({ content, finishReason, usage, response }: AiSdkAnswer): ModelResponse | Defect => {
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
  const completion: Completion = {
    text: texts('text'),
    finishReason: toolCalls.length > 0 && reason === 'stop' ? 'tool-calls' : reason,
    ...(reasoning === '' ? {} : { reasoning }),
    ...(toolCalls.length === 0 ? {} : { toolCalls }),
  }
  if (isSilent(completion)) return { defect: 'a message without content' }
  return {
    completions: [completion],
    usage: usageOf(usage),
    ...(response?.id === undefined ? {} : { requestId: response.id }),
    ...(response?.modelId === undefined ? {} : { modelName: response.modelId }),
  }
}

/** Turns the parts of a streamed answer into events. */
export const aiSdkParts = () => {
  const calls = new Map<string, { readonly callIndex: number; told: boolean }>()
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

  return {
    read(part: AiSdkPart): readonly ModelEvent[] | Defect {
      const { type, id = '', delta = '', finishReason } = part
      if (part.providerExecuted === true) return []
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
      return [
        { type: 'usage', usage: usage ?? { ...noUsage, calls: 1, attempts: 1 } },
        { type: 'finish', index: 0, reason: calls.size > 0 && reason === 'stop' ? 'tool-calls' : reason },
      ]
    },
  }
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
