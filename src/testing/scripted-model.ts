import { noUsage, type Usage } from '../data/usage.ts'
import { ModelError } from '../errors/model-error.ts'
import type { Clock } from '../ports/clock.ts'
import type {
  AnswerScores,
  Completion,
  LanguageModel,
  ModelCapabilities,
  ModelRequest,
  ModelResponse,
} from '../ports/language-model.ts'
import { textOf } from '../ports/message.ts'
import { systemClock } from '../ports/system-clock.ts'
import { completionPieces } from './completion-pieces.ts'

/** A completion with what matters written out; `error` is thrown after the rest was streamed. */
export interface ScriptedCompletion extends Partial<Completion> {
  readonly error?: Error
}

/** A whole response, for several completions or a usage of its own. */
export interface ScriptedResponse extends Omit<ModelResponse, 'usage'> {
  readonly usage?: Usage
}

/** What a scripted model says: a text, (parts of) a completion, a whole response, or an error to fail with. */
export type ScriptedAnswer = string | ScriptedCompletion | ScriptedResponse | Error

/** Makes an answer from the request; `index` counts the answers given before it. */
export type ScriptedFunction = (request: ModelRequest, index: number) => ScriptedAnswer | Promise<ScriptedAnswer>

/** Answers used up one after the other, or one function that makes them all. */
export type Script = readonly (ScriptedAnswer | ScriptedFunction)[] | ScriptedFunction

export interface ScriptedModelOptions {
  /** `scripted` when absent. */
  readonly id?: string
  readonly capabilities?: ModelCapabilities
  /** Milliseconds before an answer begins; 0 when absent. */
  readonly latencyMs?: number
  /** Lets it score answers: the log-probability of each. Scores are no line of the script. */
  readonly score?: (request: ModelRequest, answer: string) => number | Promise<number>
  readonly clock?: Clock
}

/** One answer that was to be scored. */
export interface ScoredCall {
  readonly request: ModelRequest
  readonly answer: string
}

export interface ScriptedModel extends LanguageModel {
  /** Every request so far, in order of arrival, failed ones included. */
  readonly calls: readonly ModelRequest[]
  /** Everything scored so far, in order of arrival. */
  readonly scored: readonly ScoredCall[]
  /** How many answers of the script were given out. */
  readonly given: number
}

/**
 * A language model that says what it is told to: the double for tests.
 *
 * 1. Answers are taken in the order of arrival, `n` of them for a request that asks for `n`; an `Error` fails its call.
 * 2. Usage is honest: one call, one attempt, a token for every 4 characters begun, of the messages and of the answer.
 * 3. stream() gives the same answer in pieces of 4 characters.
 * 4. A request whose signal has aborted takes no answer and is not recorded.
 * 5. Unlike other models it keeps its requests, in `calls`.
 *
 * @throws ModelError `model/script` when the script has run out
 * @example
 * const model = scriptedModel(['[[ ## answer ## ]]\nParis', new Error('down')])
 * const counting = scriptedModel(({ messages }) => `You said ${messages.length} things.`)
 */
export const scriptedModel = (
  script: Script,
  { id = 'scripted', capabilities, latencyMs = 0, score, clock = systemClock }: ScriptedModelOptions = {},
): ScriptedModel => {
  const calls: ModelRequest[] = []
  const scored: ScoredCall[] = []
  let given = 0

  const next = async (request: ModelRequest): Promise<ScriptedAnswer> => {
    const index = given
    const line = typeof script === 'function' ? script : script[index]
    if (line === undefined) throw exhausted(id, index)
    given += 1
    return typeof line === 'function' ? line(request, index) : line
  }

  const answer = async (request: ModelRequest): Promise<ScriptedResponse & { readonly error?: Error }> => {
    request.signal?.throwIfAborted()
    const { tracer, ...asked } = request
    calls.push(tracer === undefined ? request : asked)
    // Taken before anything is awaited: which request gets which answer must not depend on latency.
    const drawn = Promise.all(Array.from({ length: request.n ?? 1 }, () => next(request)))
    drawn.catch(() => {}) // reported below, after the latency
    if (latencyMs > 0) await clock.sleep(latencyMs, request.signal)
    const answers = await untilAborted(drawn, request.signal)
    const whole = answers.find(isResponse)
    if (whole) return whole
    const completions: Completion[] = []
    for (const one of answers) {
      if (one instanceof Error) throw one
      const { error, ...rest } = typeof one === 'string' ? { text: one } : (one as ScriptedCompletion)
      completions.push({ text: '', finishReason: rest.toolCalls ? 'tool-calls' : 'stop', ...rest })
      if (error) return { completions: atLeastOne(completions), error }
    }
    return { completions: atLeastOne(completions) }
  }

  const usageOf = (request: ModelRequest, { usage, completions }: ScriptedResponse): Usage =>
    usage ?? {
      ...noUsage,
      calls: 1,
      attempts: 1,
      inputTokens: sum(request.messages.map(message => tokens(textOf(message)))),
      outputTokens: sum(completions.map(tokensOf)),
      reasoningTokens: sum(completions.map(completion => tokens(completion.reasoning ?? ''))),
    }

  return {
    id,
    ...(capabilities ? { capabilities } : {}),
    calls,
    scored,
    get given() {
      return given
    },
    async generate(request) {
      const { error, ...response } = await answer(request)
      if (error) throw error
      return { ...response, usage: usageOf(request, response) }
    },
    ...(score && {
      async score(request: ModelRequest, answers: readonly string[]): Promise<AnswerScores> {
        request.signal?.throwIfAborted()
        scored.push(...answers.map(answer => ({ request, answer })))
        if (latencyMs > 0) await clock.sleep(latencyMs, request.signal)
        const logprobs = Promise.all(answers.map(async answer => score(request, answer)))
        const inputTokens = sum([...request.messages.map(message => tokens(textOf(message))), ...answers.map(tokens)])
        return {
          scores: (await untilAborted(logprobs, request.signal)).map((logprob, index) => ({
            logprob,
            tokens: tokens(answers[index] ?? '') + 1,
          })),
          usage: { ...noUsage, calls: 1, attempts: 1, inputTokens },
        }
      },
    }),
    async *stream(request) {
      const { error, ...response } = await answer(request)
      for (const [index, completion] of response.completions.entries()) {
        for (const piece of completionPieces(completion, index)) {
          request.signal?.throwIfAborted()
          yield piece
        }
      }
      request.signal?.throwIfAborted()
      if (error) throw error
      yield { type: 'usage', usage: usageOf(request, response) }
      for (const [index, { finishReason }] of response.completions.entries()) {
        yield { type: 'finish', index, reason: finishReason }
      }
    },
  }
}

const isResponse = (answer: ScriptedAnswer): answer is ScriptedResponse =>
  typeof answer === 'object' && 'completions' in answer

const atLeastOne = (completions: readonly Completion[]): ModelResponse['completions'] => {
  const [first, ...rest] = completions
  if (first === undefined) throw new RangeError('Expected n to be 1 or more. Write n: 1.')
  return [first, ...rest]
}

const exhausted = (model: string, count: number) =>
  new ModelError(
    'model/script',
    `The scripted model has given all ${count} of its answers and was called once more. Write another answer, or a function that answers every call.`,
    { model },
  )

/** The promise, or the signal's reason as soon as it aborts. */
const untilAborted = async <T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> => {
  if (!signal) return promise
  let abort = (): void => {}
  try {
    return await Promise.race([
      promise,
      new Promise<never>((_, reject) => {
        abort = () => reject(signal.reason)
        if (signal.aborted) abort()
        else signal.addEventListener('abort', abort, { once: true })
      }),
    ])
  } finally {
    signal.removeEventListener('abort', abort)
  }
}

const tokens = (text: string): number => Math.ceil(text.length / 4)

const tokensOf = ({ text, reasoning = '', toolCalls = [] }: Completion): number =>
  tokens(text) + tokens(reasoning) + sum(toolCalls.map(call => tokens(call.name) + tokens(call.arguments)))

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0)
