import type { JsonObject, JsonValue } from '../data/json.ts'
import { isObject, listOf, objectOf, textOf } from '../data/json-shape.ts'
import type { Usage } from '../data/usage.ts'
import type { FinishReason, ModelEvent } from '../ports/language-model.ts'
import { cut, type Defect } from './defect.ts'
import {
  argumentsOf,
  contentOf,
  finishReasonOf,
  logprobsOf,
  reasoningOf,
  thoughtsIn,
  usageOf,
} from './openai-choice.ts'

/** More tool calls in one answer than this are taken for damage. */
const mostToolCalls = 1024

interface ChoiceState {
  reason?: FinishReason
  spoke: boolean
  refused: boolean
  toolCalls: number
}

type CallEvent = Extract<ModelEvent, { readonly type: 'tool-call' }>

/** Turns the chunks of a streamed chat completion into events, and knows whether they add up to an answer. */
export interface OpenAIChunks {
  /** The events of one chunk, but for usage and finish. */
  read(chunk: JsonValue): readonly ModelEvent[] | Defect
  /** The closing events once the stream has ended (`done`: with its end mark), or what is missing. */
  end(done: boolean): readonly ModelEvent[] | Defect
}

/** Reads a stream of which `n` completions were asked; `signer` as in openaiResponse. */
export const openaiChunks = (n: number, signer?: string): OpenAIChunks => {
  const choices: ChoiceState[] = []
  let usage: Usage | undefined

  const readToolCall = (index: number, state: ChoiceState, value: JsonValue): CallEvent | Defect => {
    const call = objectOf(value)
    const called = objectOf(call.function)
    const id = textOf(call.id)
    const name = textOf(called.name)
    // Without an index (some servers) a new id begins a new call.
    const position = call.index ?? (id === undefined ? Math.max(0, state.toolCalls - 1) : state.toolCalls)
    if (!isIndex(position, mostToolCalls)) return { defect: 'a tool call with an impossible index' }
    if (position >= state.toolCalls) {
      if (name === undefined || position > state.toolCalls) return { defect: 'a tool call without a name' }
      state.toolCalls = position + 1
    }
    return {
      type: 'tool-call',
      index,
      callIndex: position,
      ...(id === undefined ? {} : { id }),
      ...(name === undefined ? {} : { name }),
      argumentsDelta: argumentsOf(called.arguments),
    }
  }

  const readChoice = (choice: JsonObject, events: ModelEvent[]): Defect | undefined => {
    const index = choice.index ?? 0
    if (!isIndex(index, n)) return { defect: 'a choice that was not asked for' }
    choices[index] ??= { spoke: false, refused: false, toolCalls: 0 }
    const state = choices[index]
    const delta = objectOf(choice.delta)
    const reasoning = reasoningOf(delta)
    if (reasoning !== undefined) events.push({ type: 'reasoning', index, delta: reasoning })
    const refusal = textOf(delta.refusal)
    const content = contentOf(delta.content)
    const text = content || refusal
    if (text) events.push({ type: 'text', index, delta: text })
    const logprobs = logprobsOf(choice)
    if (logprobs.length > 0) events.push({ type: 'logprobs', index, logprobs })
    for (const entry of listOf(delta.tool_calls)) {
      const event = readToolCall(index, state, entry)
      if ('defect' in event) return event
      events.push(event)
      const signed = thoughtsIn(objectOf(entry), event.callIndex, signer)
      for (const thought of signed) events.push({ type: 'thought', index, thought })
    }
    state.refused ||= refusal !== undefined
    state.spoke ||= Boolean(text) || reasoning !== undefined || state.toolCalls > 0
    if (choice.finish_reason !== undefined && choice.finish_reason !== null) {
      const reason = finishReasonOf(choice.finish_reason)
      if (reason === undefined) return { defect: 'a choice that failed', refused: true }
      state.reason = reason
    }
    return undefined
  }

  return {
    read(chunk) {
      if (!isObject(chunk)) return { defect: 'an event that is not an object' }
      if (chunk.error !== undefined && chunk.error !== null) return { defect: 'an error', refused: true }
      if (isObject(chunk.usage)) usage = usageOf(chunk.usage)
      const events: ModelEvent[] = []
      for (const choice of listOf(chunk.choices)) {
        const defect = readChoice(objectOf(choice), events)
        if (defect) return defect
      }
      return events
    },
    end(done) {
      if (choices.length === 0) return { defect: done ? 'a stream without choices' : cut }
      // Without its end mark a stream is whole only if every completion that was asked for is.
      if (!done && choices.length < n) return { defect: cut }
      const finishes: ModelEvent[] = []
      let silent = true
      for (let index = 0; index < choices.length; index += 1) {
        const { reason, spoke, refused, toolCalls } = choices[index] ?? {}
        if (reason === undefined) return { defect: cut }
        silent &&= !spoke && (reason === 'stop' || reason === 'other')
        finishes.push({
          type: 'finish',
          index,
          reason: refused ? 'content-filter' : toolCalls && reason === 'stop' ? 'tool-calls' : reason,
        })
      }
      if (silent) return { defect: 'a message without content' }
      return [{ type: 'usage', usage: usage ?? usageOf(undefined) }, ...finishes]
    },
  }
}

const isIndex = (value: JsonValue, limit: number): value is number =>
  typeof value === 'number' && Number.isInteger(value) && value >= 0 && value < limit
