import { noUsage, parseJson, sha256 } from '../../src/data/index.ts'
import { type Clock, KkachiError, type LanguageModel, type ModelCapabilities, RuntimeError } from '../../src/index.ts'
import { errorFrom, type ModelQuestion, type ModelReply, sentRequest } from '../../src/inference/messages/index.ts'
import { modelCalls, textPieces } from '../../src/models/index.ts'
import type { ServiceBinding } from './service-binding.ts'

export interface ServiceModelOptions {
  /** The Worker of `inferenceWorker`. */
  readonly binding: ServiceBinding
  /** The name of the model in ids, traces and cache keys. */
  readonly id: string
  /** What the model there can do; nothing beyond text when absent. */
  readonly capabilities?: ModelCapabilities
  /** Whether the model there scores answers; true when absent, as for any local model. */
  readonly scores?: boolean
  /** Milliseconds one call may take; a request's own deadline can only shorten it. 120,000 when neither is set. */
  readonly deadlineMs?: number
  readonly clock?: Clock
}

const mostBytes = 64 * 2 ** 20

/**
 * A model in another Worker, behind a service binding.
 *
 * 1. Answers, streams and errors are those of the model there; errors come as instances of the same classes.
 * 2. An abort, a deadline that passes, or a stream that is left ends the call here at once, and there.
 *
 * @throws RuntimeError `runtime/failed` when that Worker breaks off; ModelError `model/timeout`; what the model there throws
 * @example
 * const model = serviceModel({ binding: env.INFERENCE, id: 'local/nano' })
 */
export const serviceModel = (options: ServiceModelOptions): LanguageModel => {
  const { binding, id, capabilities, scores = true, deadlineMs, clock } = options
  const typed = (error: unknown): unknown => (KkachiError.is(error) ? error : broken(id, error))
  const calls = modelCalls({ id, provider: 'service', deadlineMs, clock, typed })
  type Scope = Parameters<Parameters<typeof calls.generate>[1]>[0]

  const replies = async function* (question: ModelQuestion, scope: Scope): AsyncGenerator<ModelReply> {
    const { status, body } = await scope.wait(
      binding.fetch('https://model.invalid/', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(question),
        signal: scope.signal,
      }),
    )
    if (status !== 200 || body === null) throw new Error(`it answered with status ${status}`)
    let begun: string[] = []
    for await (const piece of textPieces(body, mostBytes, scope)) {
      const [first = '', ...rest] = piece.split('\n')
      begun.push(first)
      for (const next of rest) {
        const reply = replyFrom(begun.join(''))
        begun = [next]
        if (reply.type === 'error') throw errorFrom(reply.error, id)
        yield reply
      }
    }
  }

  const reply = async <Type extends ModelReply['type']>(question: ModelQuestion, expected: Type, scope: Scope) => {
    for await (const reply of replies(question, scope)) {
      if (isA(reply, expected)) return reply
    }
    throw new Error('it ended without an answer')
  }

  return {
    id,
    ...(capabilities && { capabilities }),
    async identity() {
      const asked = await calls.generate({}, async scope => {
        const { identity } = await reply({ type: 'identity' }, 'identity', scope)
        return { identity, usage: noUsage }
      })
      return asked.identity ?? sha256(id)
    },
    generate: request =>
      calls.generate(request, async scope => {
        const question = { type: 'generate', request: sentRequest(request) } as const
        return (await reply(question, 'answer', scope)).response
      }),
    ...(scores && {
      score: (request, answers) =>
        calls.generate(request, async scope => {
          const question = { type: 'score', request: sentRequest(request), answers } as const
          return (await reply(question, 'score', scope)).scores
        }),
    }),
    stream: request =>
      calls.stream(request, async function* (scope) {
        for await (const reply of replies({ type: 'stream', request: sentRequest(request) }, scope)) {
          if (reply.type === 'end') return
          if (reply.type === 'event') yield reply.event
        }
        throw new Error('its stream ended early')
      }),
  }
}

const isA = <Type extends ModelReply['type']>(
  reply: ModelReply,
  type: Type,
): reply is Extract<ModelReply, { type: Type }> => reply.type === type

/** The other end is this package, so a line is what it wrote. */
const replyFrom = (line: string): ModelReply => {
  const reply = parseJson(line)
  if (typeof reply === 'object' && reply !== null && 'type' in reply) return reply as unknown as ModelReply
  throw new Error('it said something unknown')
}

const broken = (id: string, error: unknown): RuntimeError => {
  const reason = error instanceof Error ? error.message : String(error)
  const message = `The Worker of ${id} broke off: ${reason}. Check that it is deployed and bound, and look at its log.`
  return new RuntimeError('runtime/failed', message, { cause: error, tried: [{ name: 'service binding', reason }] })
}
