import { redaction } from '../data/redaction.ts'
import { ModelError } from '../errors/model-error.ts'
import type { Clock } from '../ports/clock.ts'
import type { LanguageModel, ModelCapabilities, ModelRequest } from '../ports/language-model.ts'
import { systemClock } from '../ports/system-clock.ts'
import { aiSdkAnswer, aiSdkParts } from './ai-sdk-answer.ts'
import { aiSdkCall } from './ai-sdk-call.ts'
import { aiSdkFailure } from './ai-sdk-failure.ts'
import type { AiSdkModel } from './ai-sdk-model.ts'
import type { CallScope } from './call-scope.ts'
import { cut, type Defect } from './defect.ts'
import { drawnSeparately } from './drawn-separately.ts'
import { modelCalls } from './model-calls.ts'
import type { Caller } from './provider-failure.ts'

export interface AiSdkOptions {
  /** What the model can do; schemas, tools and images when absent, which most models of the SDK do. */
  readonly capabilities?: ModelCapabilities
  /** Told what the provider says it leaves out of a request; nobody when absent. */
  readonly onWarning?: (warning: object) => void
  /** What no error may show: the key that the model was made with. */
  readonly secrets?: readonly string[]
  /** Milliseconds one request may take; a request's own deadline can only shorten it. 120,000 when neither is set. */
  readonly deadlineMs?: number
  readonly clock?: Clock
}

/**
 * Any language model of the Vercel AI SDK as one of ours: Gemini through `@ai-sdk/google`, and every further provider.
 *
 * 1. One request a completion, never repeated by this side: the SDK's own retries are of its `generateText`, not of its
 *    models. Wrap it in `retried()`.
 * 2. Images, sounds and files are sent as file parts, in data or by their address, if the provider takes addresses;
 *    `fileId` is `model/unsupported`, as are `logprobs` and `grammar`. `extra` is spread into the options of the call:
 *    `extra: { providerOptions: { google: { … } } }`.
 * 3. The SDK's errors become ModelErrors by status and body, or by their name; what they hold of the request is left out.
 * 4. `id` is the provider's name up to its first dot and the model's, `google/gemini-2.5-flash`. There is no identity: the
 *    SDK does not tell where it asks and with which key.
 * 5. What a provider signs of tool calls and the thoughts behind them (`providerMetadata`: Gemini's signatures, Claude's
 *    thoughts) is in `Completion.thoughts` and goes back with the calls, to a model of the same provider. What it signs
 *    of texts does not: they are written anew.
 *
 * It takes specification versions 2, 3 and 4, typed by structure: nothing of the SDK is imported.
 *
 * @see https://ai-sdk.dev/providers/community-providers/custom-providers (the specification)
 * @example
 * import { createGoogleGenerativeAI } from '@ai-sdk/google'
 * const google = createGoogleGenerativeAI({ apiKey })
 * const model = retried(aiSdk(google('gemini-2.5-flash'), { secrets: [apiKey] }))
 */
export const aiSdk = (model: AiSdkModel, options: AiSdkOptions = {}): LanguageModel => {
  const { clock = systemClock, deadlineMs, onWarning, secrets = [] } = options
  const provider = model.provider.split('.', 1)[0] || 'ai-sdk'
  const id = `${provider}/${model.modelId}`
  const signer = `ai-sdk ${model.provider}`
  const caller: Caller = { model: id, provider, redact: redaction(secrets) }

  const warned = (warnings: readonly object[] = []): void => {
    for (const warning of warnings) onWarning?.(warning)
  }

  const defective = ({ defect, refused = false }: Defect): ModelError =>
    new ModelError(
      refused ? 'model/server' : defect === cut ? 'model/transport' : 'model/malformed',
      `${id} answered with ${defect}. Try again, or wrap the model in retried().`,
      { model: id, provider, attempts: 1 },
    )

  const callsFor = (request: ModelRequest) => {
    const typed = (error: unknown): unknown =>
      aiSdkFailure(error, caller, JSON.stringify(request.messages), clock.now())
    return modelCalls({ id, provider, clock, deadlineMs, typed })
  }

  const callOf = (request: ModelRequest, scope: CallScope) =>
    aiSdkCall(request, scope.signal, { id, signer, specificationVersion: model.specificationVersion })

  return drawnSeparately({
    id,
    capabilities: options.capabilities ?? { responseSchema: true, tools: true, images: true },
    generate: async request =>
      callsFor(request).generate(request, async scope => {
        const answer = await scope.wait(Promise.resolve(model.doGenerate(callOf(request, scope))))
        warned(answer.warnings)
        const response = aiSdkAnswer(answer, signer)
        if ('defect' in response) throw defective(response)
        return response
      }),
    async *stream(request) {
      yield* callsFor(request).stream(request, async function* (scope) {
        const { stream } = await scope.wait(Promise.resolve(model.doStream(callOf(request, scope))))
        const reader = stream.getReader()
        const parts = aiSdkParts(signer)
        let finished = false
        try {
          for (;;) {
            const { done, value } = await scope.wait(reader.read())
            if (done) break
            if (value.type === 'error') throw value.error
            if (value.type === 'stream-start') warned(value.warnings)
            const events = parts.read(value)
            if ('defect' in events) throw defective(events)
            yield* events
          }
          finished = true
        } finally {
          // Not awaited: a source that never settles must not hold the caller. What failed has nothing left to cancel.
          if (!finished) reader.cancel().catch(() => {})
        }
        const end = parts.end()
        if ('defect' in end) throw defective(end)
        yield* end
      })
    },
  })
}
