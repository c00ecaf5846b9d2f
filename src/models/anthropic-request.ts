import type { ModelRequest } from '../ports/language-model.ts'
import { type AnthropicPrompt, anthropicPrompt } from './anthropic-content.ts'
import { unsupported } from './unsupported.ts'

export interface AnthropicBodyOptions {
  /** The id, for errors. */
  readonly id: string
  readonly model: string
  readonly stream: boolean
  /** Output tokens of a request that sets none: the API has to be told. */
  readonly maxTokens: number
  readonly structure: 'tool' | 'format'
  readonly caching: boolean
  /** Whose thoughts go back with their calls. */
  readonly signer: string
}

/** Whether the answer to a request comes as the arguments of a tool that stands for its schema. */
export const answersByTool = (request: ModelRequest, structure: AnthropicBodyOptions['structure']): boolean =>
  // A forced tool would keep the model from calling those it has, and from thinking.
  structure === 'tool' &&
  request.responseSchema !== undefined &&
  (request.tools ?? []).length === 0 &&
  request.extra?.thinking === undefined

/**
 * The body of a request to the Messages API. What the request leaves out is left out here; `extra` never wins over it.
 * Thinking is asked for only where the API takes it, and thoughts go back only beside it.
 *
 * @throws ModelError `model/unsupported` for what the API has no way to ask for
 */
export const anthropicBody = (request: ModelRequest, options: AnthropicBodyOptions): string => {
  const { id, model, stream, caching, structure } = options
  refuseUnknown(request, id)
  const { responseSchema: schema, tools } = request
  const byTool = answersByTool(request, structure)
  const { stream: _, output_config: config, thinking: asked, ...extra } = request.extra ?? {}
  const promptOf = (signer: string | undefined): AnthropicPrompt =>
    anthropicPrompt(request.messages, { shared: caching ? (request.sharedMessages ?? 0) : 0, model: id, signer })
  const thinks = thinkingOf(asked, request.toolChoice)
  const thoughtful = thinks === 'adaptive' || thinks === 'enabled' ? promptOf(options.signer) : undefined
  const kept = thinks === 'enabled' && thoughtful && goesOnUnthought(thoughtful) ? undefined : thoughtful
  const { system, messages } = kept ?? promptOf(undefined)
  // JSON leaves out what is undefined.
  const body = {
    model,
    max_tokens: request.maxTokens ?? options.maxTokens,
    system: system.length === 0 ? undefined : system,
    messages,
    thinking: kept || thinks === undefined ? asked : undefined,
    temperature: request.temperature,
    top_p: request.topP,
    stop_sequences: request.stop?.filter(sequence => sequence.trim() !== ''), // refused when they are but white space
    stream: stream || undefined,
    tools:
      byTool && schema
        ? [{ name: schema.name, input_schema: schema.schema }]
        : tools?.map(({ name, description, parameters }) => ({ name, description, input_schema: parameters })),
    tool_choice: byTool && schema ? { type: 'tool', name: schema.name } : toolChoice(request.toolChoice),
    output_config:
      schema && !byTool ? { ...objectOr(config), format: { type: 'json_schema', schema: schema.schema } } : config,
  }
  return JSON.stringify({ ...extra, ...body })
}

/**
 * How the model is to think: `adaptive` may, `enabled` does in every answer, `never` cannot, for a call that it is told to make
 * leaves no thought. Undefined for what is none of this, which is the API's to judge.
 */
const thinkingOf = (
  asked: unknown,
  toolChoice: ModelRequest['toolChoice'],
): 'adaptive' | 'enabled' | 'never' | undefined => {
  const type: unknown = Reflect.get(objectOr(asked), 'type')
  if (type !== 'adaptive' && type !== 'enabled') return undefined
  return toolChoice === 'required' || typeof toolChoice === 'object' ? 'never' : type
}

/** Whether results of calls are told that no thought stands before: the API then takes no thinking in what follows. */
const goesOnUnthought = ({ messages }: AnthropicPrompt): boolean => {
  const last = messages.at(-1)
  if (last?.role !== 'user' || !last.content.some(({ type }) => type === 'tool_result')) return false
  const type = messages.at(-2)?.content[0]?.type
  return type !== 'thinking' && type !== 'redacted_thinking'
}

const refuseUnknown = (request: ModelRequest, id: string): void => {
  if (request.grammar !== undefined) {
    throw unsupported(id, 'follow a grammar', 'Write responseSchema instead, or use a local model.')
  }
  if (request.logprobs === true || request.topLogprobs !== undefined) {
    throw unsupported(id, 'tell log probabilities', 'Leave logprobs out, or choose a model that tells them.')
  }
  if ((request.frequencyPenalty ?? 0) !== 0 || (request.presencePenalty ?? 0) !== 0) {
    throw unsupported(id, 'weigh penalties', 'Leave frequencyPenalty and presencePenalty out.')
  }
}

const toolChoice = (choice: ModelRequest['toolChoice']): object | undefined => {
  if (choice === undefined) return undefined
  if (typeof choice === 'object') return { type: 'tool', name: choice.name }
  return { type: choice === 'required' ? 'any' : choice }
}

const objectOr = (value: unknown): object => (typeof value === 'object' && value !== null ? value : {})
