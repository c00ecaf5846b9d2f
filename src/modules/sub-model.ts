import { mapConcurrently } from '../data/map-concurrently.ts'
import { ToolError } from '../errors/tool-error.ts'
import { attemptCounter } from '../ports/attempt-counter.ts'
import type { LanguageModel, ModelRequest } from '../ports/language-model.ts'
import { askModel } from './ask-model.ts'
import type { CodeFunction } from './code-session.ts'
import type { StreamedContext } from './event-sink.ts'
import { refuseIncomplete } from './read-answers.ts'
import { rlmWording as wording } from './wording.ts'

/** Names that the functions take. */
export const subModelNames: readonly string[] = ['llm_query', 'llm_query_batched']

/** Requests one question may send when the context does not say; questions of a batch at once. */
const defaultMaxAttempts = 4
const atOnce = 8

/** A language model as functions for the code of one run: `llm_query` and `llm_query_batched`, `maxCalls` questions in all. */
export const subModelFunctions = (model: LanguageModel, maxCalls: number): Readonly<Record<string, CodeFunction>> => {
  let used = 0
  const reserve = (tool: string, count: number): void => {
    if (used + count > maxCalls) throw new ToolError('tool/failed', wording.spent(used, maxCalls, count), { tool })
    used += count
  }
  return {
    async llm_query(context, prompt) {
      if (typeof prompt !== 'string') throw wrong('llm_query', wording.prompt('llm_query'))
      reserve('llm_query', 1)
      return ask(model, prompt, context)
    },
    async llm_query_batched(context, prompts) {
      if (!isTexts(prompts)) throw wrong('llm_query_batched', wording.prompts)
      reserve('llm_query_batched', prompts.length)
      const { signal } = context
      const work = mapConcurrently(prompts, { concurrency: atOnce, signal }, (prompt, _index, signal) =>
        ask(model, prompt, { ...context, signal }),
      )
      for (;;) {
        const { done, value } = await work.next()
        if (done === true) return value
      }
    },
  }
}

const ask = async (model: LanguageModel, prompt: string, context: StreamedContext): Promise<string> => {
  const { signal, rolloutId, deadlineMs, usage, tracer, maxAttempts = defaultMaxAttempts } = context
  const attempts = attemptCounter(maxAttempts)
  attempts.take()
  const request: ModelRequest = {
    messages: [{ role: 'user', content: prompt }],
    attempts,
    ...(signal === undefined ? undefined : { signal }),
    ...(rolloutId === undefined ? undefined : { rolloutId }),
    ...(deadlineMs === undefined ? undefined : { deadlineMs }),
  }
  const response = await askModel(request, { model, usage, tracer, broadcast: undefined })
  const [answer] = response.completions
  refuseIncomplete(answer, response, model.id)
  return answer.text
}

const isTexts = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every(item => typeof item === 'string')

const wrong = (tool: string, problem: string): ToolError => new ToolError('tool/arguments', problem, { tool })
