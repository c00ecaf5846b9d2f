import { canonicalJson } from '../data/canonical-json.ts'
import { sha256 } from '../data/sha256.ts'
import { ModelError } from '../errors/model-error.ts'
import type { LanguageModel, ModelCapabilities, ModelRequest } from '../ports/language-model.ts'
import { checkLimits } from './check-limits.ts'
import { openaiBody } from './openai-request.ts'
import { openaiResponse } from './openai-response.ts'
import { openaiStream } from './openai-stream.ts'
import { providerAddress } from './provider-address.ts'
import { type ProviderClientOptions, providerClient } from './provider-client.ts'
import { requestHeaders, secretsOf } from './request-headers.ts'

export interface OpenAICompatibleOptions extends ProviderClientOptions {
  /** The provider's name for the model: `gpt-4o-mini`. */
  readonly model: string
  /** Up to and with the version, `https://api.openai.com/v1` when absent; a query is kept. */
  readonly baseUrl?: string
  /** Sent as the bearer; local servers need none. */
  readonly apiKey?: string
  /** Sent with every request; wins over what is sent by default, whatever the case of its name. */
  readonly headers?: { readonly [name: string]: string }
  /** Names the provider in the id, in errors and traces; `openai` when absent. */
  readonly provider?: string
  /** What the model can do; everything but `grammar` at OpenAI, unknown elsewhere. */
  readonly capabilities?: Omit<ModelCapabilities, 'grammar'>
  /** Where `maxTokens` goes; `max_completion_tokens` at OpenAI, `max_tokens` elsewhere. */
  readonly maxTokensField?: 'max_tokens' | 'max_completion_tokens'
}

/**
 * A model behind an OpenAI-compatible chat completion endpoint: OpenAI, OpenRouter, Azure, vLLM, Ollama, llama.cpp, …
 *
 * 1. One request a call, never repeated: wrap it in `retried()`.
 * 2. Every failure is a ModelError by status and body, with `retryAfterMs` where the provider names it; a caller's abort
 *    closes the connection and rejects with its own reason.
 * 3. One deadline covers connecting, headers, body and silence in a stream; `silenceMs` ends a silence before it.
 * 4. An answer that was cut is an error, never an answer: a stream ends with its finish only when it ended as it should.
 * 5. Redirects are refused. No error holds the key or what the provider repeats of the request: its words are redacted
 *    and cut to 200 characters.
 * 6. An answer that ends normally and says nothing at all is `model/malformed`: it happens, and passes.
 * 7. A refusal in OpenAI's own field becomes the text, with the finish reason `content-filter`.
 * 8. Its identity covers where it asks and all of the headers it sends, the key among them: after a change of those, what
 *    is in a cache is not used.
 *
 * It runs on `fetch` alone. Redirects are asked for as `manual`, since workerd has no `error`; Node then shows the 3xx,
 * browsers a response of status 0, and both are refused here.
 *
 * @throws ConfigurationError `configuration/invalid` for a baseUrl with user info, a key that cannot be sent, or a
 *   `silenceMs` that is no number above 0
 * @example
 * const model = openaiCompatible({ model: 'gpt-4o-mini', apiKey })
 * const local = openaiCompatible({ model: 'qwen3', baseUrl: 'http://localhost:11434/v1', provider: 'ollama' })
 */
export const openaiCompatible = (options: OpenAICompatibleOptions): LanguageModel => {
  const { model, provider = 'openai', silenceMs, headers = {}, apiKey } = options
  checkLimits('openaiCompatible()', { silenceMs }, { example: 'silenceMs: 30_000' })
  const { url, host, secrets } = providerAddress(options.baseUrl ?? 'https://api.openai.com/v1', '/chat/completions')
  const signer = `openai ${new URL(url).host}`
  const isOpenAI = host === 'api.openai.com'
  const { maxTokensField = isOpenAI ? 'max_completion_tokens' : 'max_tokens' } = options
  const capabilities =
    options.capabilities ?? (isOpenAI ? { responseSchema: true, tools: true, images: true } : undefined)
  const id = `${provider}/${model}`
  const headersFor = {
    json: requestHeaders(apiKey, headers, 'application/json'),
    events: requestHeaders(apiKey, headers, 'text/event-stream'),
  }
  const client = providerClient(
    {
      ...{ id, name: provider, url, headers: headersFor, expected: 'a chat completion' },
      secrets: [...secretsOf(apiKey, headers), ...secrets],
    },
    options,
  )

  const bodyOf = (request: ModelRequest, stream: boolean): string => {
    if (request.grammar === undefined) return openaiBody(request, { model, stream, maxTokensField, signer })
    const message = `${id} cannot follow a grammar. Write responseSchema instead, or use a local model.`
    throw new ModelError('model/unsupported', message, { model: id, provider })
  }

  return {
    id,
    ...(capabilities ? { capabilities } : {}),
    identity: () => sha256(canonicalJson({ url, headers: headersFor.json, maxTokensField })),
    generate: async request => client.generate(request, bodyOf(request, false), json => openaiResponse(json, signer)),
    async *stream(request) {
      const n = request.n ?? 1
      yield* client.stream(request, bodyOf(request, true), (pieces, fail) => openaiStream(pieces, { n, signer, fail }))
    },
  }
}
