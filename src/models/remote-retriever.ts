import type { JsonValue } from '../data/json.ts'
import { noUsage } from '../data/usage.ts'
import { systemClock } from '../ports/system-clock.ts'
import { checkLimits } from './check-limits.ts'
import type { Defect } from './defect.ts'
import { providerAddress } from './provider-address.ts'
import { type ProviderClientOptions, providerClient } from './provider-client.ts'
import { requestHeaders, secretsOf } from './request-headers.ts'
import { type RetriedOptions, retrying } from './retried.ts'

/** A passage that a service found, the best first. */
export interface FoundPassage {
  readonly text: string
  readonly id?: string | number
  readonly score?: number
  /** What else the service tells of it. */
  readonly [other: string]: unknown
}

/** Finds passages for a query in somebody else's index. */
export interface RemoteRetriever {
  /** @throws ModelError by status and body, as a model would; nothing of a key is in it */
  retrieve(
    query: string,
    options?: { readonly k?: number; readonly signal?: AbortSignal; readonly deadlineMs?: number },
  ): Promise<readonly FoundPassage[]>
}

/** How a retriever reaches its service. */
export interface RetrieverServiceOptions extends ProviderClientOptions {
  readonly apiKey?: string
  readonly headers?: { readonly [name: string]: string }
  /** Passages found, when a call does not say. */
  readonly k?: number
  /** How a request is repeated when its failure may pass; `{ attempts: 4 }` when absent. */
  readonly retries?: Omit<RetriedOptions, 'clock' | 'deadlineMs'>
}

export interface RemoteRetrieverOptions extends RetrieverServiceOptions {
  /** Names the service in errors. */
  readonly name: string
  readonly url: string
  /** `POST` sends what `ask` gives as JSON, `GET` as the query of the address; `POST` when absent. */
  readonly method?: 'GET' | 'POST'
  readonly ask: (query: string, k: number) => object
  /** Reads an answer, or says what is wrong with it. */
  readonly read: (json: JsonValue) => readonly FoundPassage[] | Defect
}

/**
 * A retriever over any search service that speaks JSON: deadlines, retries and secrets are kept as a model's are.
 *
 * @throws ConfigurationError `configuration/invalid` for an address with user info, a key that cannot be sent, or a k
 *   below 1
 * @example
 * const search = remoteRetriever({
 *   name: 'wiki',
 *   url: 'https://search.example/find',
 *   ask: (query, k) => ({ query, limit: k }),
 *   read: json => (Array.isArray(json) ? json.map(text => ({ text: String(text) })) : { defect: 'no list' }),
 * })
 * const [best] = await search.retrieve('Who wrote Emma?', { k: 3 })
 */
export const remoteRetriever = (options: RemoteRetrieverOptions): RemoteRetriever => {
  const { name, method, ask, read, apiKey, headers = {}, k: usual = 3, retries = {}, clock = systemClock } = options
  checkLimits(`${name} retriever`, { k: usual, silenceMs: options.silenceMs }, { example: 'k: 3' })
  const { url, secrets } = providerAddress(options.url, '')
  const sent = requestHeaders(apiKey, headers, 'application/json')
  const client = providerClient(
    {
      ...{ id: name, name, url, headers: { json: sent, events: sent }, expected: 'passages' },
      ...(method === 'GET' ? { method } : {}),
      secrets: [...secretsOf(apiKey, headers), ...secrets],
    },
    options,
  )
  const found = (json: JsonValue) => {
    const passages = read(json)
    return 'defect' in passages ? passages : { passages, usage: noUsage }
  }
  return {
    async retrieve(query, { k = usual, ...bounds } = {}) {
      checkLimits('retrieve()', { k }, { example: 'k: 3' })
      bounds.signal?.throwIfAborted()
      const asked = ask(query, k)
      const question = method === 'GET' ? queryOf(asked) : JSON.stringify(asked)
      const call = retrying(bounds, { ...retries, clock })
      for (;;) {
        try {
          const { passages } = await client.generate(call.request(), question, found)
          return passages.slice(0, k)
        } catch (error) {
          await call.failure(error)
        }
      }
    },
  }
}

const queryOf = (values: object): string =>
  Object.entries(values)
    .map(([key, value]) => `${encodeURIComponent(key)}=${encodeURIComponent(String(value))}`)
    .join('&')
