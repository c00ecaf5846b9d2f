import { type AskedModel, answerQuestion, type FromWorker, type ToWorker } from '../../src/inference/messages/index.ts'
import type { MessageEnd } from './message-end.ts'

/**
 * Lets a page use a model that lives in a worker: answers the messages of `workerModel`. Returns what ends the service.
 *
 * @example
 * // In the worker:
 * serveModel(onnxModel({ … }), self)
 */
export const serveModel = (model: AskedModel, end: MessageEnd<FromWorker>): (() => void) => {
  const calls = new Map<number, AbortController>()

  const listen = ({ data }: MessageEvent<ToWorker>): void => {
    const { call } = data
    if (data.type === 'abort') {
      calls.get(call)?.abort()
      return
    }
    const controller = new AbortController()
    calls.set(call, controller)
    void answerQuestion(model, data, controller.signal, reply => end.postMessage({ ...reply, call })).finally(() =>
      calls.delete(call),
    )
  }
  end.addEventListener('message', listen)
  return () => {
    end.removeEventListener('message', listen)
    for (const controller of calls.values()) controller.abort()
  }
}
