import { derive } from '../data/seeded-random.ts'
import { noUsage, type Usage } from '../data/usage.ts'
import { ModelError } from '../errors/model-error.ts'
import { RuntimeError } from '../errors/runtime-error.ts'
import { type CallScope, callScope } from '../models/call-scope.ts'
import type { Clock } from '../ports/clock.ts'
import type { AnswerScores, ModelCapabilities, ModelEvent, ModelRequest } from '../ports/language-model.ts'
import type { LocalModelEvent } from './backend-config.ts'
import type { AnswerPart } from './chat/answer-reader.ts'
import { chatPrompt } from './chat/chat-prompt.ts'
import { type AnswerDrawing, type AnswerSettings, answerDrawing, type DrawnAnswer, tooLong } from './draw-answer.ts'
import { eventLine } from './event-line.ts'
import type { LoadedNetwork } from './loaded-network.ts'
import type { LocalModel } from './local-model.ts'
import { runFailure } from './runtime-failure.ts'
import { plainTextOf } from './text/plain-text.ts'

export interface ChatModelOptions extends AnswerSettings {
  readonly capabilities: ModelCapabilities
  readonly identity: () => Promise<string>
  /** Loads the network; `attempt` counts the times that it ran out of memory, from 0, `warm` asks for all that calls may use. */
  readonly open: (attempt: number, warm: boolean) => Promise<LoadedNetwork>
  /** What it goes on with after so many times; undefined when there is no less. */
  readonly lessMemory: (attempt: number) => { readonly from: string; readonly to: string } | undefined
  readonly clock: Clock
  readonly onEvent: (event: LocalModelEvent) => void
}

/** A local model over whatever computes it: `onnxModel` says what it promises. */
export const chatModel = (options: ChatModelOptions): LocalModel => {
  const { id, capabilities, clock, onEvent } = options
  let loading: Promise<LoadedNetwork> | undefined
  let attempt = 0
  const left = new WeakSet<Promise<LoadedNetwork>>()
  const warm = new WeakSet<LoadedNetwork>()

  const loaded = (wantsAll = false): Promise<LoadedNetwork> => {
    const opening = loading ?? options.open(attempt, wantsAll)
    loading = opening
    opening.catch(() => {
      if (loading === opening) loading = undefined
    })
    return opening
  }

  const unload = async (): Promise<void> => {
    const opened = loading
    loading = undefined
    const network = await opened?.catch(() => undefined)
    if (network === undefined) return
    await network.close()
    onEvent({ type: 'unloaded' })
  }

  /**
   * Lets go of a network that failed, so that it is opened anew; true when the call may try once more: with less memory after
   * it ran out of it, or because somebody beside it was first to let go.
   */
  const recover = async (used: Promise<LoadedNetwork>, error: unknown): Promise<boolean> => {
    if (left.has(used)) return true
    const code = error instanceof RuntimeError ? error.code : undefined
    if (used !== loading || (code !== 'runtime/out-of-memory' && code !== 'runtime/failed')) return false
    const less = code === 'runtime/out-of-memory' ? options.lessMemory(attempt) : undefined
    if (less !== undefined) {
      left.add(used)
      attempt += 1
      onEvent({ type: 'degraded', ...less, reason: error instanceof Error ? error.message : '' })
    }
    await unload()
    return less !== undefined
  }

  const scopeOf = (request: ModelRequest): CallScope => {
    refuseUnsupported(id, capabilities, request)
    const { signal, deadlineMs = Number.POSITIVE_INFINITY } = request
    return callScope({ signal, deadlineMs, clock, late: () => late(id, deadlineMs) })
  }

  /** Runs work on the network, again with less memory where it runs out of it; `again` hears that it starts over. */
  const onNetwork = async <Result>(
    signal: AbortSignal,
    work: (network: LoadedNetwork) => Promise<Result>,
    again: () => void = () => {},
  ): Promise<Result> => {
    for (;;) {
      const opened = loaded()
      try {
        const network = await opened
        signal.throwIfAborted()
        return await work(network)
      } catch (error) {
        const failure = runFailure(id, signal, error)
        if (signal.aborted || !(await recover(opened, failure))) throw failure
        again()
      }
    }
  }

  const drawAll = (request: ModelRequest, signal: AbortSignal, tell?: (event: ModelEvent) => void) =>
    onNetwork(
      signal,
      async network => {
        const drawing = await answerDrawing(network, request, options, signal)
        const draws = Array.from({ length: request.n ?? 1 }, (_, index) => drawn(drawing, index, tell))
        return { answers: await together(draws), inputTokens: drawing.inputTokens }
      },
      () => tell?.({ type: 'reset' }),
    )

  const judge = (request: ModelRequest, texts: readonly string[], signal: AbortSignal): Promise<AnswerScores> =>
    onNetwork(signal, async ({ tokenizer, template, engine, endTokens, facts }) => {
      const { tokens, shared } = chatPrompt(tokenizer, template, request, { model: id, thinking: false })
      const { marked, encode } = plainTextOf(tokenizer)
      const answers = texts.map(text => encode(marked(text, 'model')))
      const length = tokens.length + Math.max(0, ...answers.map(answer => answer.length))
      if (length > facts.window) throw tooLong(id, length, facts.window)
      const priority = request.priority ?? 0
      const logprobs = await engine.score({ prompt: tokens, shared, answers, endTokens, priority, signal })
      const ends = endTokens.size > 0 ? 1 : 0
      return {
        scores: answers.map((answer, index) => ({
          logprob: Math.max(-Number.MAX_VALUE, Math.min(0, logprobs[index] ?? 0)),
          tokens: Math.max(1, answer.length + ends),
        })),
        usage: callUsage(answers.reduce((sum, answer) => sum + answer.length, tokens.length)),
      }
    })

  /** One call in its scope: whatever its end, nothing of it is left. */
  const inScope = async <Result>(
    request: ModelRequest,
    work: (signal: AbortSignal) => Promise<Result>,
  ): Promise<Result> => {
    const scope = scopeOf(request)
    let finished = false
    try {
      const result = await scope.wait(work(scope.signal))
      finished = true
      return result
    } finally {
      scope.close(finished)
    }
  }

  return {
    id,
    capabilities,
    identity: options.identity,
    async load(signal) {
      const scope = callScope({ signal, clock })
      try {
        const network = await scope.wait(loaded(true))
        if (!warm.has(network)) await scope.wait(warmUp(network, scope.signal))
        warm.add(network)
        return network.facts
      } finally {
        scope.close(true)
      }
    },
    close: unload,
    generate: request =>
      inScope(request, async signal => {
        const { answers, inputTokens } = await drawAll(request, signal)
        const [first, ...rest] = answers.map(({ completion }) => completion)
        if (first === undefined) throw noneAsked(id)
        return { completions: [first, ...rest], usage: usageOf(answers, inputTokens) }
      }),
    score: (request, answers) => inScope(request, signal => judge(request, answers, signal)),
    async *stream(request) {
      const scope = scopeOf(request)
      let finished = false
      try {
        const line = eventLine<ModelEvent>()
        const work = scope.wait(drawAll(request, scope.signal, line.tell))
        for await (const event of line.while(work)) {
          scope.check()
          yield event
        }
        const { answers, inputTokens } = await work
        yield { type: 'usage', usage: usageOf(answers, inputTokens) }
        for (const [index, { completion }] of answers.entries()) {
          yield { type: 'finish', index, reason: completion.finishReason }
        }
        finished = true
      } finally {
        scope.close(finished)
      }
    },
  }
}

/** Does once what the first call would wait for: a step of the network, and the engine of grammars. */
const warmUp = async ({ engine, grammars, endTokens }: LoadedNetwork, signal: AbortSignal): Promise<void> => {
  const sampling = { temperature: 0, topP: 1, topK: 0, minP: 0, repetitionPenalty: 1, frequencyPenalty: 0 }
  await Promise.all([
    grammars?.(),
    engine.generate({
      ...{ prompt: [[...endTokens][0] ?? 0], shared: 0, maxTokens: 1, endTokens, priority: 0, signal },
      sampling: { ...sampling, presencePenalty: 0, random: derive(0, 'warm-up') },
      onToken: () => true,
    }),
  ])
}

/** Draws one completion and tells it as it comes. */
const drawn = async (
  drawing: AnswerDrawing,
  index: number,
  tell: ((event: ModelEvent) => void) | undefined,
): Promise<DrawnAnswer> => {
  if (tell === undefined) return drawing.draw(index)
  let callIndex = -1
  const answer = await drawing.draw(index, (part: AnswerPart) => {
    if (part.type !== 'tool-call') tell({ type: part.type, index, delta: part.delta })
    else {
      callIndex += 1
      const { id, name, arguments: argumentsDelta } = part.call
      tell({ type: 'tool-call', index, callIndex, id, name, argumentsDelta })
    }
  })
  const { logprobs } = answer.completion
  if (logprobs !== undefined) tell({ type: 'logprobs', index, logprobs })
  return answer
}

/** All of them; the first error once none is under way any more. */
const together = async <Result>(work: readonly Promise<Result>[]): Promise<readonly Result[]> => {
  await Promise.allSettled(work)
  return Promise.all(work)
}

const callUsage = (inputTokens: number): Usage => ({ ...noUsage, calls: 1, attempts: 1, inputTokens })

const usageOf = (answers: readonly DrawnAnswer[], inputTokens: number): Usage => ({
  ...callUsage(inputTokens),
  outputTokens: answers.reduce((sum, { outputTokens }) => sum + outputTokens, 0),
  reasoningTokens: answers.reduce((sum, { reasoningTokens }) => sum + reasoningTokens, 0),
})

const refuseUnsupported = (
  model: string,
  { grammar: takesGrammar, tools: takesTools }: ModelCapabilities,
  { tools = [], messages, grammar }: ModelRequest,
): void => {
  const refused =
    tools.length > 0 && takesTools === false
      ? 'tools'
      : grammar !== undefined && takesGrammar !== true
        ? 'a grammar'
        : messages.some(({ content }) => typeof content !== 'string' && content.some(part => part.type !== 'text'))
          ? 'images, audio or files'
          : undefined
  if (refused === undefined) return
  throw new ModelError('model/unsupported', `${model} cannot take ${refused}. Use a model that can.`, { model })
}

const late = (model: string, deadlineMs: number): ModelError =>
  new ModelError(
    'model/timeout',
    `${model} did not answer within ${deadlineMs} ms, loading and its place in the queue included. Raise deadlineMs, or send fewer calls at once.`,
    { model, retryable: true },
  )

const noneAsked = (model: string): ModelError =>
  new ModelError('model/request', `${model} was asked for no completion. Write n: 1, or leave it out.`, { model })
