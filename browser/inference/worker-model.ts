import { sha256 } from '../../src/data/index.ts'
import {
  type AnswerScores,
  type ModelCapabilities,
  ModelError,
  type ModelRequest,
  RuntimeError,
} from '../../src/index.ts'
import type { LocalModel, LocalModelEvent } from '../../src/inference/index.ts'
import { errorFrom, type FromWorker, sentRequest, type ToWorker } from '../../src/inference/messages/index.ts'
import type { MessageEnd } from './message-end.ts'

/** A Worker, or something that behaves as one. */
export interface WorkerLike extends MessageEnd<ToWorker> {
  terminate(): void
  onerror: ((event: ErrorEvent) => unknown) | null
  onmessageerror: ((event: MessageEvent) => unknown) | null
}

export interface WorkerModelOptions {
  /** The name of the model in ids, traces and cache keys. */
  readonly id: string
  /** Starts the worker, in which `serveModel` answers; called at the first call, and again after a worker has failed. */
  readonly start: () => WorkerLike
  readonly capabilities?: ModelCapabilities
  /** Whether the model in the worker scores answers, as `onnxModel` does; false when absent. */
  readonly scores?: boolean
  /** Hears what happens to the model: where it runs, how far its files are, that it goes on with less. */
  readonly onEvent?: ((event: LocalModelEvent) => void) | undefined
}

/** A model with a worker of its own, whose end gives the memory back. */
export type WorkerModel = LocalModel

/** What belongs to a call. */
type Reply = Exclude<FromWorker, { type: 'happened' }>

/** A call that waits for messages. */
interface Listener {
  hear(reply: Reply): void
  fail(error: unknown): void
}

/**
 * A model that lives in a Web Worker, so that the page stays responsive while it thinks.
 *
 * 1. Answers, streams and errors are those of the model in the worker; errors come as instances of the same classes.
 * 2. An abort, a deadline that passes, or a stream that is left ends the call on the page at once and tells the worker.
 * 3. A worker that cannot start or breaks fails the calls under way; the next call starts another.
 * 4. close() ends the worker, for the memory of WebAssembly never shrinks; the next call starts it anew.
 *
 * @throws RuntimeError `runtime/no-backend` when the worker does not start, `runtime/failed` when it breaks;
 *   ModelError `model/timeout`, `model/request` for a request that is not plain data; and what the model in it throws
 * @example
 * const model = workerModel({
 *   id: 'local/mine',
 *   start: () => new Worker(new URL('./my-worker.js', import.meta.url), { type: 'module' }),
 * })
 */
export const workerModel = (options: WorkerModelOptions): WorkerModel => {
  const { id, start, capabilities, scores = false, onEvent } = options
  const listeners = new Map<number, Listener>()
  let calls = 0
  let worker: WorkerLike | undefined

  const failAll = (error: unknown): void => {
    worker?.terminate()
    worker = undefined
    for (const listener of listeners.values()) listener.fail(error)
    listeners.clear()
  }

  const running = (): WorkerLike => {
    if (worker) return worker
    let heard = false
    const started = begin(id, start)
    started.addEventListener('message', ({ data }: MessageEvent<FromWorker>) => {
      heard = true
      if (data.type === 'happened') onEvent?.(data.event)
      else listeners.get(data.call)?.hear(data)
    })
    started.onerror = event => {
      event.preventDefault() // the calls tell it
      failAll(heard ? broken(id, event.message) : notStarted(id, event.message))
    }
    started.onmessageerror = () => failAll(broken(id, 'a message could not be read'))
    worker = started
    return started
  }

  /** Sends a request and hears what comes back, until `end` is called. */
  const open = (request: ModelRequest, send: (call: number) => ToWorker, listener: Listener) => {
    const { signal, deadlineMs = Number.POSITIVE_INFINITY } = request
    signal?.throwIfAborted()
    calls += 1
    const call = calls
    let isOpen = true
    let timer: ReturnType<typeof setTimeout> | undefined
    /** What is left when the call ended here, and not there. */
    const end = (): void => {
      if (!isOpen) return
      isOpen = false
      clearTimeout(timer)
      signal?.removeEventListener('abort', abort)
      if (listeners.delete(call)) worker?.postMessage({ type: 'abort', call })
    }
    const fail = (error: unknown): void => {
      end()
      listener.fail(error)
    }
    const abort = (): void => fail(signal?.reason)
    const hear = (message: Reply): void => {
      if (message.type !== 'event') listeners.delete(call) // it has ended there
      if (message.type === 'error') fail(errorFrom(message.error, id))
      else {
        listener.hear(message)
        if (message.type !== 'event') end()
      }
    }
    listeners.set(call, { hear, fail })
    signal?.addEventListener('abort', abort, { once: true })
    if (deadlineMs < Number.POSITIVE_INFINITY) timer = setTimeout(() => fail(late(id, deadlineMs)), deadlineMs)
    try {
      running().postMessage(send(call))
    } catch (error) {
      listeners.delete(call)
      fail(isCloneError(error) ? notPlain(id, error) : error)
    }
    return { end }
  }

  /** One question, one answer. */
  const ask = <Type extends Reply['type']>(request: ModelRequest, expected: Type, send: (call: number) => ToWorker) =>
    new Promise<Extract<Reply, { type: Type }>>((resolve, reject) => {
      open(request, send, {
        hear: message => {
          if (isA(message, expected)) resolve(message)
        },
        fail: reject,
      })
    })

  return {
    id,
    ...(capabilities && { capabilities }),
    async identity() {
      const { identity } = await ask({ messages: [] }, 'identity', call => ({ type: 'identity', call }))
      return identity ?? sha256(id)
    },
    async generate(request) {
      const sent = sentRequest(request)
      return (await ask(request, 'answer', call => ({ type: 'generate', call, request: sent }))).response
    },
    ...(scores && {
      async score(request: ModelRequest, answers: readonly string[]): Promise<AnswerScores> {
        const sent = sentRequest(request)
        return (await ask(request, 'score', call => ({ type: 'score', call, request: sent, answers }))).scores
      },
    }),
    async *stream(request) {
      const heard: Reply[] = []
      let failure: { readonly error: unknown } | undefined
      let wake = (): void => {}
      const sent = sentRequest(request)
      const { end } = open(request, call => ({ type: 'stream', call, request: sent }), {
        hear(message) {
          heard.push(message)
          wake()
        },
        fail(error) {
          failure = { error }
          wake()
        },
      })
      try {
        for (;;) {
          if (failure && (request.signal?.aborted || heard.length === 0)) throw failure.error
          const message = heard.shift()
          if (message?.type === 'end') return
          if (message?.type === 'event') yield message.event
          else {
            await new Promise<void>(resolve => {
              wake = resolve
            })
          }
        }
      } finally {
        end()
      }
    },
    async load(signal) {
      const asked = { messages: [], ...(signal && { signal }) }
      return (await ask(asked, 'loaded', call => ({ type: 'load', call }))).facts
    },
    async close() {
      const open = worker !== undefined
      failAll(new DOMException(`${id} was closed.`, 'AbortError'))
      if (open) onEvent?.({ type: 'unloaded' })
    },
  }
}

const isA = <Type extends Reply['type']>(message: Reply, type: Type): message is Extract<Reply, { type: Type }> =>
  message.type === type

const begin = (id: string, start: () => WorkerLike): WorkerLike => {
  try {
    return start()
  } catch (error) {
    throw notStarted(id, error instanceof Error ? error.message : String(error))
  }
}

const isCloneError = (error: unknown): boolean => error instanceof DOMException && error.name === 'DataCloneError'

const notPlain = (model: string, cause: unknown): ModelError =>
  new ModelError('model/request', `The request to ${model} is not plain data. Take functions and the like out of it.`, {
    model,
    cause,
  })

const late = (model: string, deadlineMs: number): ModelError => {
  const message = `${model} did not answer within ${deadlineMs} ms, loading and its place in the queue included. Raise deadlineMs, or send fewer calls at once.`
  return new ModelError('model/timeout', message, { model })
}

const notStarted = (id: string, reason: string): RuntimeError => {
  const why = reason || 'its script could not be loaded'
  const message = `The worker of ${id} did not start: ${why}. Serve its script from this origin, and allow workers (worker-src) and WebAssembly (wasm-unsafe-eval) in the content security policy.`
  return new RuntimeError('runtime/no-backend', message, { tried: [{ name: 'web worker', reason: why }] })
}

const broken = (id: string, reason: string): RuntimeError =>
  new RuntimeError('runtime/failed', `The worker of ${id} broke: ${reason}. Call again for a new one.`, {
    tried: [{ name: 'web worker', reason }],
  })
