import { parseJson } from '../../src/data/index.ts'
import { errorData, type ModelQuestion, type ModelReply } from '../../src/inference/messages/index.ts'
import type { EmbedderQuestion, EmbedderReply } from './embedder-messages.ts'

/** Characters of a question; more than any window of a model that fits into an isolate. */
const longestQuestion = 8 * 2 ** 20

export type ServiceQuestion = ModelQuestion | EmbedderQuestion
export type ServiceReply = ModelReply | EmbedderReply

/** Answers a question with one or more replies, the last of which ends it. */
export type AnswerService = (
  question: ServiceQuestion,
  signal: AbortSignal,
  tell: (reply: ServiceReply) => void,
) => Promise<void>

/**
 * Answers a question of `serviceModel` or `serviceEmbedder`: a line of JSON for each reply, as they come. A caller who leaves
 * ends the work.
 */
export const answerOverHttp = async (answer: AnswerService, request: Request): Promise<Response> => {
  if (request.method !== 'POST') return refusal(405)
  const text = await request.text()
  const question = text.length <= longestQuestion ? questionFrom(text) : undefined
  if (!question) return refusal(400)
  const encoder = new TextEncoder()
  const left = new AbortController()
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      const tell = (reply: ServiceReply): void => {
        if (!left.signal.aborted) controller.enqueue(encoder.encode(`${JSON.stringify(reply)}\n`))
      }
      const end = (): void => {
        if (!left.signal.aborted) controller.close()
      }
      const work = async (): Promise<void> => {
        try {
          await answer(question, AbortSignal.any([request.signal, left.signal]), tell)
        } catch (error) {
          tell({ type: 'error', error: errorData(error) })
        }
      }
      // Not awaited: what is told is read meanwhile.
      void work().then(end)
    },
    cancel(reason) {
      left.abort(reason)
    },
  })
  return new Response(body, { headers: { 'content-type': 'application/x-ndjson' } })
}

const refusal = (status: number): Response =>
  new Response('Expected a question of serviceModel() or serviceEmbedder().\n', { status })

const kinds: ReadonlySet<unknown> = new Set(['generate', 'stream', 'score', 'identity', 'load', 'embed'])

/** The other end is this package: what is read is what it wrote, or nothing. */
const questionFrom = (text: string): ServiceQuestion | undefined => {
  try {
    const question = parseJson(text)
    if (typeof question !== 'object' || question === null || !('type' in question)) return undefined
    return kinds.has(question.type) ? (question as unknown as ServiceQuestion) : undefined
  } catch {
    return undefined
  }
}
