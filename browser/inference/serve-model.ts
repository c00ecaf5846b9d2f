import { type AnswerScores, type LanguageModel, ModelError, type ModelRequest } from '../../src/index.ts'
import { errorData } from './error-data.ts'
import type { FromWorker, MessageEnd, SentRequest, ToWorker } from './model-messages.ts'

/**
 * Lets a page use a model that lives in a worker: answers the messages of `workerModel`. Returns what ends the service.
 *
 * @example
 * // In the worker:
 * serveModel(transformersModel({ … }), self)
 */
export const serveModel = (model: LanguageModel, end: MessageEnd<FromWorker>): (() => void) => {
  const calls = new Map<number, AbortController>()

  const answer = async (call: number, work: (signal: AbortSignal) => Promise<FromWorker>): Promise<void> => {
    const controller = new AbortController()
    calls.set(call, controller)
    try {
      const last = await work(controller.signal)
      if (!controller.signal.aborted) end.postMessage(last)
    } catch (error) {
      // Whoever aborted listens no more.
      if (!controller.signal.aborted) end.postMessage({ type: 'error', call, error: errorData(error) })
    } finally {
      calls.delete(call)
    }
  }

  const tell = async (call: number, request: SentRequest, signal: AbortSignal): Promise<FromWorker> => {
    for await (const event of model.stream({ ...request, signal })) {
      signal.throwIfAborted()
      end.postMessage({ type: 'event', call, event })
    }
    return { type: 'end', call }
  }

  const score = async (request: ModelRequest, answers: readonly string[]): Promise<AnswerScores> => {
    if (model.score !== undefined) return model.score(request, answers)
    const message = `${model.id} scores no answers. Leave scores out of the options of workerModel().`
    throw new ModelError('model/unsupported', message, { model: model.id })
  }

  const listen = ({ data }: MessageEvent<ToWorker>): void => {
    const { type, call } = data
    if (type === 'abort') calls.get(call)?.abort()
    else if (type === 'identity') {
      void answer(call, async () => ({ type, call, identity: await model.identity?.() }))
    } else if (type === 'score') {
      void answer(call, async signal => ({
        type,
        call,
        scores: await score({ ...data.request, signal }, data.answers),
      }))
    } else if (type === 'stream') void answer(call, signal => tell(call, data.request, signal))
    else if (type === 'generate') {
      void answer(call, async signal => ({
        type: 'answer',
        call,
        response: await model.generate({ ...data.request, signal }),
      }))
    }
  }
  end.addEventListener('message', listen)
  return () => {
    end.removeEventListener('message', listen)
    for (const controller of calls.values()) controller.abort()
  }
}
