import { parseJson } from '../../src/data/index.ts'
import { type AskedModel, answerQuestion, errorData, type ModelQuestion } from '../../src/inference/messages/index.ts'

export interface InferenceWorkerOptions<Env> {
  /** Makes the model from the bindings of the first request; it stays for as long as the isolate does. */
  readonly model: (env: Env) => AskedModel
}

/** What workerd gives a handler beside request and bindings. */
export interface WorkerContext {
  waitUntil(work: Promise<unknown>): void
}

export interface InferenceWorker<Env> {
  fetch(request: Request, env: Env, context: WorkerContext): Promise<Response>
}

/** Characters of a question; more than any window of a model that fits into an isolate. */
const longestQuestion = 8 * 2 ** 20

/**
 * A Worker of its own that runs a local model for the Workers bound to it; they ask it through `serviceModel`.
 *
 * 1. One model an isolate, loaded by the first question.
 * 2. A caller that goes ends its call; the Worker needs the flag `enable_request_signal` for it.
 * 3. It asks nobody who they are: give it no route and no address (`workers_dev = false`), bindings alone lead to it.
 *
 * @example
 * import { inferenceWorker, localModel } from 'kkachi/worker'
 * import wasm from 'onnxruntime-web/ort-wasm-simd-threaded.wasm'
 *
 * export default inferenceWorker({
 *   model: env => localModel('nano', { files: env.ASSETS, wasm, onnxruntime: () => import('onnxruntime-web/wasm') }),
 * })
 */
export const inferenceWorker = <Env>({ model }: InferenceWorkerOptions<Env>): InferenceWorker<Env> => {
  let made: AskedModel | undefined
  return {
    async fetch(request, env, context) {
      if (request.method !== 'POST') return new Response('Expected a question of serviceModel().\n', { status: 405 })
      const text = await request.text()
      const question = text.length <= longestQuestion ? questionFrom(text) : undefined
      if (!question) return new Response('Expected a question of serviceModel().\n', { status: 400 })
      const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>()
      context.waitUntil(
        answer(
          () => {
            made ??= model(env)
            return made
          },
          question,
          request.signal,
          writable,
        ),
      )
      return new Response(readable, { headers: { 'content-type': 'application/x-ndjson' } })
    },
  }
}

/** Writes a line for each reply; a reader who has gone ends the work. */
const answer = async (
  model: () => AskedModel,
  question: ModelQuestion,
  signal: AbortSignal,
  writable: WritableStream<Uint8Array>,
): Promise<void> => {
  const encoder = new TextEncoder()
  const writer = writable.getWriter()
  const left = new AbortController()
  // A reader that is slow slows nobody: answers are short, and lines wait in the stream.
  const tell = (reply: object): void => {
    writer.write(encoder.encode(`${JSON.stringify(reply)}\n`)).catch(reason => left.abort(reason))
  }
  writer.closed.catch(reason => left.abort(reason))
  try {
    await answerQuestion(model(), question, AbortSignal.any([signal, left.signal]), tell)
  } catch (error) {
    tell({ type: 'error', error: errorData(error) })
  }
  await writer.close().catch(() => {}) // nobody reads
}

const kinds: ReadonlySet<unknown> = new Set(['generate', 'stream', 'score', 'identity', 'load'])

/** The other end is this package: what is read is what it wrote, or nothing. */
const questionFrom = (text: string): ModelQuestion | undefined => {
  try {
    const question = parseJson(text)
    if (typeof question !== 'object' || question === null || !('type' in question)) return undefined
    return kinds.has(question.type) ? (question as unknown as ModelQuestion) : undefined
  } catch {
    return undefined
  }
}
