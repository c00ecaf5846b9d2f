import type { AnswerScores, ModelEvent, ModelRequest, ModelResponse } from '../../src/index.ts'
import type { ErrorData } from './error-data.ts'

/** A request as it travels: plain data. Whoever asks keeps the signal and the counter of attempts. */
export type SentRequest = Omit<ModelRequest, 'signal' | 'attempts'>

/** From the page to the worker; `call` numbers the calls of one page. */
export type ToWorker =
  | { readonly type: 'generate' | 'stream'; readonly call: number; readonly request: SentRequest }
  | {
      readonly type: 'score'
      readonly call: number
      readonly request: SentRequest
      readonly answers: readonly string[]
    }
  | { readonly type: 'identity'; readonly call: number }
  | { readonly type: 'abort'; readonly call: number }

/** From the worker to the page. A call ends with `answer`, `score`, `identity`, `end` or `error`. */
export type FromWorker =
  | { readonly type: 'event'; readonly call: number; readonly event: ModelEvent }
  | { readonly type: 'answer'; readonly call: number; readonly response: ModelResponse }
  | { readonly type: 'score'; readonly call: number; readonly scores: AnswerScores }
  | { readonly type: 'identity'; readonly call: number; readonly identity: string | undefined }
  | { readonly type: 'end'; readonly call: number }
  | { readonly type: 'error'; readonly call: number; readonly error: ErrorData }

/** One end of a connection: a Worker, what a worker sees of its page, or a MessagePort. */
export interface MessageEnd<Sent> {
  postMessage(message: Sent): void
  addEventListener(type: 'message', listener: (event: MessageEvent) => void): void
  removeEventListener(type: 'message', listener: (event: MessageEvent) => void): void
}
