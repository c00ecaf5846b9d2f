import type { Embedder, EmbedOptions } from '../ports/embedder.ts'
import { systemClock } from '../ports/system-clock.ts'
import { batchesOf, checkBatchSize } from '../retrieval/batches.ts'
import { checkedVectors } from '../retrieval/checked-vectors.ts'
import { checkLimits } from './check-limits.ts'
import { type EmbeddingAnswer, embeddingAnswer } from './openai-embedding-answer.ts'
import { providerAddress } from './provider-address.ts'
import { type ProviderClientOptions, providerClient } from './provider-client.ts'
import { requestHeaders, secretsOf } from './request-headers.ts'
import { type RetriedOptions, retrying } from './retried.ts'

export interface OpenAIEmbedderOptions extends ProviderClientOptions {
  /** The provider's name for the model: `text-embedding-3-small`. */
  readonly model: string
  /** Up to and with the version, `https://api.openai.com/v1` when absent; a query is kept. */
  readonly baseUrl?: string
  /** Sent as the bearer; local servers need none. */
  readonly apiKey?: string
  /** Sent with every request; wins over what is sent by default, whatever the case of its name. */
  readonly headers?: { readonly [name: string]: string }
  /** Names the provider in the id and in errors; `openai` when absent. */
  readonly provider?: string
  /** Texts of one request, at most. */
  readonly batchSize?: number // dspy 3.4.1: batch_size=200
  /** Numbers of a vector, for models that can shorten theirs; part of the id. */
  readonly dimensions?: number
  /** How numbers are sent back: `base64` is smaller, and fewer servers know it; `float` when absent. */
  readonly encoding?: 'float' | 'base64'
  /** Put in front of every text by its role, for models that were trained so; part of the id. */
  readonly prefixes?: { readonly query?: string; readonly passage?: string }
  /** How each request is repeated when its failure may pass; `{ attempts: 4 }` when absent. */
  readonly retries?: Omit<RetriedOptions, 'clock' | 'deadlineMs'>
}

/**
 * An embedding model behind an OpenAI-compatible endpoint: OpenAI, Azure, vLLM, Ollama, llama.cpp, …
 *
 * 1. Texts are sent in batches, one after the other; each batch is repeated as `retried` does it.
 * 2. Failures are those of `openaiCompatible`, by the same code: a ModelError by status and body, no key and nothing of
 *    the texts in it, redirects refused.
 * 3. One deadline covers all batches and their retries: that of the call, else `deadlineMs` for each request.
 * 4. An answer of other vectors than were asked for is `model/malformed`.
 * 5. An empty text is sent as one space: OpenAI refuses a list with an empty one.
 *
 * @throws ConfigurationError `configuration/invalid` for a baseUrl with user info, a key that cannot be sent, or a number
 *   out of its range
 * @example
 * const embedder = openaiEmbedder({ model: 'text-embedding-3-small', apiKey })
 * const local = openaiEmbedder({ model: 'nomic-embed-text', baseUrl: 'http://localhost:11434/v1', provider: 'ollama' })
 */
export const openaiEmbedder = (options: OpenAIEmbedderOptions): Embedder => {
  const { model, provider = 'openai', headers = {}, apiKey, batchSize = 200, dimensions, prefixes = {} } = options
  const { encoding, silenceMs, retries = {}, clock = systemClock } = options
  checkBatchSize('openaiEmbedder()', batchSize)
  checkLimits('openaiEmbedder()', { silenceMs, dimensions }, { example: 'dimensions: 512' })
  const { url, secrets } = providerAddress(options.baseUrl ?? 'https://api.openai.com/v1', '/embeddings')
  const marks = [prefixes.query, prefixes.passage].some(Boolean) ? `(${JSON.stringify(prefixes)})` : ''
  const id = `${provider}/${model}${dimensions === undefined ? '' : `@${dimensions}`}${marks.replace(/\s/g, '_')}`
  const sent = requestHeaders(apiKey, headers, 'application/json')
  const client = providerClient(
    {
      ...{ id, name: provider, url, headers: { json: sent, events: sent }, expected: 'a list of embeddings' },
      secrets: [...secretsOf(apiKey, headers), ...secrets],
    },
    { ...options, maxResponseBytes: options.maxResponseBytes ?? 64 * 2 ** 20 },
  )

  const ask = async (texts: readonly string[], { signal, deadlineMs }: EmbedOptions): Promise<EmbeddingAnswer> => {
    const question = JSON.stringify({
      model,
      input: texts,
      encoding_format: encoding ?? 'float',
      ...(dimensions === undefined ? {} : { dimensions }),
    })
    const bounds = { ...(signal === undefined ? {} : { signal }), ...(deadlineMs === undefined ? {} : { deadlineMs }) }
    const call = retrying(bounds, { ...retries, clock })
    for (;;) {
      try {
        const answer = await client.generate(call.request(), question, json => embeddingAnswer(json, texts.length))
        const { usage } = answer
        return { ...answer, usage: { ...usage, attempts: usage.attempts + call.failed } }
      } catch (error) {
        await call.failure(error)
      }
    }
  }

  return {
    id,
    async embed(texts, asking = {}) {
      const { role = 'passage', signal, usage, deadlineMs } = asking
      signal?.throwIfAborted()
      const began = clock.now()
      const prefix = prefixes[role] ?? ''
      const all: Float32Array[] = []
      for (const batch of batchesOf(texts, batchSize)) {
        const answer = await ask(
          batch.map(text => `${prefix}${text}` || ' '),
          deadlineMs === undefined ? asking : { ...asking, deadlineMs: deadlineMs - (clock.now() - began) },
        )
        usage?.add(answer.usage)
        all.push(...answer.vectors)
      }
      return checkedVectors(id, all, texts.length)
    },
  }
}
