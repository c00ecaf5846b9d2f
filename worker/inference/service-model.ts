import { noUsage, sha256 } from '../../src/data/index.ts'
import type { Clock, LanguageModel, ModelCapabilities } from '../../src/index.ts'
import { sentRequest } from '../../src/inference/messages/index.ts'
import { modelCalls } from '../../src/models/index.ts'
import type { ServiceBinding } from './service-binding.ts'
import { serviceReplies, serviceReply, typedFailure } from './service-replies.ts'

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
  const calls = modelCalls({ id, provider: 'service', deadlineMs, clock, typed: typedFailure(id) })

  return {
    id,
    ...(capabilities && { capabilities }),
    async identity() {
      const asked = await calls.generate({}, async scope => {
        const { identity } = await serviceReply({ type: 'identity' }, 'identity', { binding, id, scope })
        return { identity, usage: noUsage }
      })
      return asked.identity ?? sha256(id)
    },
    generate: request =>
      calls.generate(request, async scope => {
        const question = { type: 'generate', request: sentRequest(request) } as const
        return (await serviceReply(question, 'answer', { binding, id, scope })).response
      }),
    ...(scores && {
      score: (request, answers) =>
        calls.generate(request, async scope => {
          const question = { type: 'score', request: sentRequest(request), answers } as const
          return (await serviceReply(question, 'score', { binding, id, scope })).scores
        }),
    }),
    stream: request =>
      calls.stream(request, async function* (scope) {
        const question = { type: 'stream', request: sentRequest(request) } as const
        for await (const reply of serviceReplies(question, { binding, id, scope })) {
          if (reply.type === 'end') return
          if (reply.type === 'event') yield reply.event
        }
        throw new Error('its stream ended early')
      }),
  }
}
