import type { AnswerScores, ModelEvent, ModelRequest, ModelResponse } from '../../ports/language-model.ts'
import type { LocalModelEvent } from '../backend-config.ts'
import type { LoadedModelFacts } from '../local-model.ts'
import type { ErrorData } from './error-data.ts'

/** A request as it travels: plain data. Whoever asks keeps the signal, the counter of attempts and the tracer. */
export type SentRequest = Omit<ModelRequest, 'signal' | 'attempts' | 'tracer'>

/** What a model that lives elsewhere can be asked. */
export type ModelQuestion =
  | { readonly type: 'generate' | 'stream'; readonly request: SentRequest }
  | { readonly type: 'score'; readonly request: SentRequest; readonly answers: readonly string[] }
  | { readonly type: 'identity' | 'load' | 'close' }

/** What it says. A question ends with anything but `event`. */
export type ModelReply =
  | { readonly type: 'event'; readonly event: ModelEvent }
  | { readonly type: 'answer'; readonly response: ModelResponse }
  | { readonly type: 'score'; readonly scores: AnswerScores }
  | { readonly type: 'identity'; readonly identity: string | undefined }
  | { readonly type: 'loaded'; readonly facts: LoadedModelFacts }
  | { readonly type: 'end' }
  | { readonly type: 'error'; readonly error: ErrorData }

/** From the page to the worker; `call` numbers the calls of one page. */
export type ToWorker = (ModelQuestion | { readonly type: 'abort' }) & { readonly call: number }

/** From the worker to the page: replies, and what happens to the model meanwhile. */
export type FromWorker =
  | (ModelReply & { readonly call: number })
  | { readonly type: 'happened'; readonly event: LocalModelEvent }

/** A request without what stays with whoever asks. */
export const sentRequest = ({ signal: _, attempts: __, tracer: ___, ...request }: ModelRequest): SentRequest => request
