import { canonicalJson } from '../data/canonical-json.ts'
import { sha256 } from '../data/sha256.ts'
import type { LanguageModel, ModelCapabilities, ModelRequest } from '../ports/language-model.ts'
import { answersByTool, anthropicBody } from './anthropic-request.ts'
import { anthropicResponse } from './anthropic-response.ts'
import { anthropicStream } from './anthropic-stream.ts'
import { checkLimits } from './check-limits.ts'
import { drawnSeparately } from './drawn-separately.ts'
import { providerAddress } from './provider-address.ts'
import { type ProviderClientOptions, providerClient } from './provider-client.ts'
import { requestHeaders, secretsOf } from './request-headers.ts'
import { resetAfterMs } from './reset-after.ts'

export interface AnthropicOptions extends ProviderClientOptions {
  /** The provider's name for the model: `claude-sonnet-4-5`. */
  readonly model: string
  readonly apiKey?: string
  /** Up to and with the version, `https://api.anthropic.com/v1` when absent; a query is kept. */
  readonly baseUrl?: string
  /** Sent with every request, `anthropic-beta` for example; wins over what is sent by default. */
  readonly headers?: { readonly [name: string]: string }
  /** Output tokens of a request that sets no `maxTokens`, which the API has to be told; 8,192 when absent. */
  readonly maxTokens?: number
  /**
   * How an answer by a schema is asked for: `tool`, the arguments of a tool that the model has to call, which every model
   * understands; `format`, the API's own structured output, where the model has it. `tool` when absent, and `format`
   * wherever a request brings tools of its own or lets the model think (`extra: { thinking }`).
   */
  readonly structure?: 'tool' | 'format'
  /**
   * How many tokens the model may think in an answer, 1,024 at least and fewer than `maxTokens`; `adaptive` where the model
   * itself decides, which newer models can. It does not think when absent. A request's own `extra: { thinking }` wins.
   */
  readonly thinking?: number | 'adaptive'
  /** Whether the messages that calls share are marked for the provider's cache; true when absent. */
  readonly caching?: boolean
  readonly capabilities?: ModelCapabilities
}

/**
 * A Claude model behind Anthropic's Messages API.
 *
 * It is a client like `openaiCompatible`: one request a completion, one deadline, typed errors, redirects refused, no key
 * and nothing of the request in an error. What differs:
 *
 * 1. System messages go apart; what tools gave is the user's turn; images and files are sent as data or by their address,
 *    files by `fileId` too. Sound is `model/unsupported`, as are `logprobs`, penalties and `grammar`. `seed` has no place
 *    in the API and is left out.
 * 2. `n` completions are `n` requests at once.
 * 3. Thinking (`thinking`, or the API's own words in a request's `extra: { thinking }`) comes as `reasoning`. Thoughts
 *    behind tool calls are signed (`Completion.thoughts`) and go back with the calls to the address that they came from.
 *    A request does not think that has to call a tool, or goes on from calls of somebody who did not: the API takes
 *    neither. With thinking it takes no `temperature` but 1.
 * 4. Of a request with `sharedMessages` the last shared block is marked (`cache_control`); what was read from the cache and
 *    written into it is in the usage, and in `costOf`.
 * 5. A limit without `retry-after` waits for the latest reset that the headers name.
 *
 * @throws ConfigurationError `configuration/invalid` as `openaiCompatible` does, and for `maxTokens` below 1 and `thinking`
 * out of its range
 * @see https://docs.anthropic.com/en/api/messages
 * @example
 * const model = retried(anthropic({ model: 'claude-sonnet-4-5', apiKey }))
 */
export const anthropic = (options: AnthropicOptions): LanguageModel => {
  const {
    model,
    apiKey,
    headers = {},
    maxTokens = 8_192,
    structure = 'tool',
    caching = true,
    thinking,
    silenceMs,
  } = options
  checkLimits('anthropic()', { silenceMs }, { example: 'silenceMs: 30_000' })
  checkLimits('anthropic()', { maxTokens }, { least: 1, example: 'maxTokens: 8192' })
  if (typeof thinking === 'number') {
    checkLimits('anthropic()', { thinking }, { least: 1_024, example: 'thinking: 2048' })
    checkLimits('anthropic()', { maxTokens }, { least: thinking + 1, example: `maxTokens: ${thinking + 8_192}` })
  }
  const { url, secrets } = providerAddress(options.baseUrl ?? 'https://api.anthropic.com/v1', '/messages')
  const id = `anthropic/${model}`
  const sent = { 'anthropic-version': '2023-06-01', ...headers }
  const headersFor = {
    json: requestHeaders(apiKey, sent, 'application/json', 'x-api-key'),
    events: requestHeaders(apiKey, sent, 'text/event-stream', 'x-api-key'),
  }
  const client = providerClient(
    {
      ...{ id, name: 'anthropic', url, headers: headersFor, expected: 'a message' },
      secrets: [...secretsOf(apiKey, headers), ...secrets],
      retryAfterMs: resetAfterMs,
    },
    options,
  )
  const signer = `anthropic ${new URL(url).host}`
  const extra = thinking === undefined ? undefined : { thinking: thinkingParameter(thinking) }
  const thoughtful = (request: ModelRequest): ModelRequest =>
    extra === undefined ? request : { ...request, extra: { ...extra, ...request.extra } }
  const bodyOf = (request: ModelRequest, stream: boolean): string =>
    anthropicBody(request, { id, model, stream, maxTokens, structure, caching, signer })

  return drawnSeparately({
    id,
    capabilities: options.capabilities ?? {
      responseSchema: true,
      tools: true,
      images: true,
      files: true,
      reasoning: true,
    },
    identity: () => sha256(canonicalJson({ url, headers: headersFor.json, maxTokens, structure, ...extra })),
    generate: async given => {
      const request = thoughtful(given)
      const byTool = answersByTool(request, structure)
      return client.generate(request, bodyOf(request, false), json => anthropicResponse(json, { byTool, signer }))
    },
    async *stream(given) {
      const request = thoughtful(given)
      const byTool = answersByTool(request, structure)
      const body = bodyOf(request, true)
      yield* client.stream(request, body, (pieces, fail) => anthropicStream(pieces, { byTool, signer, fail }))
    },
  })
}

const thinkingParameter = (thinking: number | 'adaptive'): object =>
  thinking === 'adaptive' ? { type: 'adaptive' } : { type: 'enabled', budget_tokens: thinking }
