import { canonicalJson } from '../data/canonical-json.ts'
import { derive } from '../data/seeded-random.ts'
import { ModelError } from '../errors/model-error.ts'
import type { Completion, ModelRequest, TokenLogprob } from '../ports/language-model.ts'
import type { ToolCall } from '../ports/message.ts'
import { type AnswerConstraintOptions, answerConstraint } from './chat/answer-constraint.ts'
import { type AnswerPart, answerReader } from './chat/answer-reader.ts'
import { chatPrompt } from './chat/chat-prompt.ts'
import type { GenerationJob, TokenChoice, TokenSampling } from './generation.ts'
import type { LoadedNetwork } from './loaded-network.ts'
import { answerText } from './text/answer-text.ts'

/** What holds for all answers of one model. */
export interface AnswerSettings extends AnswerConstraintOptions {
  readonly maxTokens: number
  readonly seed: number
}

/** One drawn answer. */
export interface DrawnAnswer {
  readonly completion: Completion
  readonly outputTokens: number
  readonly reasoningTokens: number
}

/** Reads a prompt once, and draws its completions. */
export interface AnswerDrawing {
  readonly inputTokens: number
  /** Draws one completion; `tell` hears its parts as they become certain. */
  draw(index: number, tell?: (part: AnswerPart) => void): Promise<DrawnAnswer>
}

/**
 * Prepares the answers to one request.
 *
 * @throws ModelError `model/context-window`, `model/request`, `model/unsupported`; what a grammar that cannot be read throws
 */
export const answerDrawing = async (
  loaded: LoadedNetwork,
  request: ModelRequest,
  settings: AnswerSettings,
  signal: AbortSignal,
): Promise<AnswerDrawing> => {
  const { id, maxTokens, seed } = settings
  const { engine, tokenizer, template, endTokens, facts } = loaded
  const { tools = [], toolChoice, stop = [], logprobs } = request
  const calls = tools.length > 0 && toolChoice !== 'none'
  if (calls && !template.knowsTools) throw noTools(id)
  const prompt = chatPrompt(tokenizer, template, request, { model: id, thinking: settings.thinking })
  const { tokens } = prompt
  const room = Math.min(request.maxTokens ?? maxTokens, facts.window - tokens.length)
  if (room < 1) throw tooLong(id, tokens.length, facts.window)
  const { constraint, holdsCalls } = await answerConstraint(loaded, request, prompt, settings)
  const topLogprobs = logprobs === true ? (request.topLogprobs ?? 0) : undefined

  return {
    inputTokens: tokens.length,
    async draw(index, tell = () => {}) {
      const text = answerText(tokenizer, stop)
      const reader = answerReader({
        ...{ thinks: prompt.thinks, tools: calls, held: holdsCalls },
        callId: at => `call-${index}-${at}`,
      })
      const answer = completionOf(tell)
      const odds: TokenLogprob[] = []
      let reasoningTokens = 0
      const job: GenerationJob = {
        ...{ prompt: tokens, shared: prompt.shared, maxTokens: room, endTokens, topLogprobs, signal },
        sampling: samplingOf(id, request, derive(request.seed ?? seed, `${drawKey(request)} ${index}`)),
        ...(constraint && { constraint }),
        priority: request.priority ?? 0,
        onToken(drawn) {
          if (topLogprobs !== undefined) odds.push(oddsOf(tokenizer, drawn.token, drawn.logprobs, topLogprobs))
          const thought = reader.isThinking
          for (const part of reader.push(text.push(drawn.token))) answer.add(part)
          if (thought) reasoningTokens += 1
          return text.stopped
        },
      }
      const end = await engine.generate(job)
      for (const part of [...reader.push(text.end()), ...reader.end()]) answer.add(part)
      const cut = end.reason === 'length' && !text.stopped
      return {
        completion: answer.completion(cut, topLogprobs === undefined ? undefined : odds),
        outputTokens: end.tokens,
        reasoningTokens,
      }
    },
  }
}

/** Gathers the parts of one completion. */
const completionOf = (tell: (part: AnswerPart) => void) => {
  const texts = { text: '', reasoning: '' }
  const toolCalls: ToolCall[] = []
  return {
    add(part: AnswerPart): void {
      if (part.type === 'tool-call') toolCalls.push(part.call)
      else texts[part.type] += part.delta
      tell(part)
    },
    completion: (cut: boolean, logprobs: readonly TokenLogprob[] | undefined): Completion => ({
      text: texts.text,
      ...(texts.reasoning !== '' && { reasoning: texts.reasoning }),
      ...(toolCalls.length > 0 && { toolCalls }),
      finishReason: cut ? 'length' : toolCalls.length > 0 ? 'tool-calls' : 'stop',
      ...(logprobs && { logprobs }),
    }),
  }
}

/** Names as local servers have them, for what the request has no place for: `top_k`, `min_p`, `repetition_penalty`. */
const samplingOf = (model: string, request: ModelRequest, random: TokenSampling['random']): TokenSampling => {
  const { temperature = 0, topP = 1, frequencyPenalty = 0, presencePenalty = 0, extra = {} } = request
  const numberIn = (name: string, absent: number): number => {
    const value = extra[name]
    return typeof value === 'number' && Number.isFinite(value) ? value : absent
  }
  const repetitionPenalty = numberIn('repetition_penalty', 1)
  if (repetitionPenalty <= 0) {
    const message = `${model} was asked for a repetition_penalty of ${repetitionPenalty}. Write a number above 0; 1 changes nothing.`
    throw new ModelError('model/request', message, { model })
  }
  return {
    ...{ temperature, topP, frequencyPenalty, presencePenalty, random, repetitionPenalty },
    topK: numberIn('top_k', 0),
    minP: numberIn('min_p', 0),
  }
}

/** What makes one draw different from another: what is asked, and which rollout it is. */
const drawKey = ({ messages, rolloutId, temperature, topP }: ModelRequest): string =>
  temperature === undefined || temperature === 0 ? '' : canonicalJson({ messages, rolloutId, temperature, topP })

/** A token that was forced was certain. */
const oddsOf = (
  { nameOf }: LoadedNetwork['tokenizer'],
  token: number,
  choice: TokenChoice | undefined,
  count: number,
): TokenLogprob => ({
  token: nameOf(token),
  logprob: choice?.logprob ?? 0,
  ...(count > 0 && { top: (choice?.top ?? []).map(({ token: one, logprob }) => ({ token: nameOf(one), logprob })) }),
})

/** What a prompt that leaves no room for an answer is. */
export const tooLong = (model: string, tokens: number, window: number): ModelError =>
  new ModelError(
    'model/context-window',
    `The prompt has ${tokens} tokens, ${model} reads ${window}. Show fewer demos, or shorten the input.`,
    { model },
  )

const noTools = (model: string): ModelError =>
  unsupported(
    model,
    'tools: its template does not name them. Use a model that can, or a format that writes calls as text.',
  )

const unsupported = (model: string, what: string): ModelError =>
  new ModelError('model/unsupported', `${model} cannot take ${what}`, { model })
