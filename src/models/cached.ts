import { recentlyUsed } from '../data/recently-used.ts'
import { ModelError } from '../errors/model-error.ts'
import type { Clock } from '../ports/clock.ts'
import type { LanguageModel, ModelEvent, ModelRequest, ModelResponse } from '../ports/language-model.ts'
import type { Storage } from '../ports/storage.ts'
import { systemClock } from '../ports/system-clock.ts'
import { tryingStorage } from '../ports/trying-storage.ts'
import { tellAttempt } from './attempt-span.ts'
import { type CacheEntry, cachedResponse, cacheEntry, packEntry, unpackEntry } from './cache-entry.ts'
import { cacheKey, keyText } from './cache-key.ts'
import { callScope } from './call-scope.ts'
import { identityOf } from './identity-of.ts'
import { isModelError } from './is-model-error.ts'
import { responseOfScores, scoresOfResponse, scoreText } from './kept-score.ts'
import { withLessTime } from './less-time.ts'
import { remedies } from './remedies.ts'
import { responseBuilder } from './response-builder.ts'
import { responseEvents } from './response-events.ts'
import { scoringOf } from './scoring-of.ts'
import { singleFlight } from './single-flight.ts'

export interface CachedOptions {
  /** Where answers are kept beyond this process; only memory when absent. */
  readonly storage?: Storage
  /** Answers kept in memory, the least recently used are dropped; 1000 when absent, 0 keeps them in the storage only. */
  readonly maxEntries?: number
  /** Milliseconds an answer may be used; forever when absent. */
  readonly ttlMs?: number
  /** Told when the storage fails, and the call goes on as if it were empty; when absent the failure is the call's. */
  readonly onStorageError?: (error: unknown) => void
  readonly clock?: Clock
}

/**
 * A model that gives an answer again without asking again; with a storage that outlives the process, the journal from
 * which a killed run resumes.
 *
 * 1. The key is a SHA-256 of all that can change the answer: the model's id and identity, and the request, `rolloutId`
 *    included (`cacheKey`). Another server, key or file of a local model is another model, in one storage too.
 * 2. An answer is in the storage before it is handed out: what a caller has seen is never paid for twice.
 * 3. Equal calls at the same time are one call. A caller that leaves does not disturb the others; when all have left the
 *    call is aborted. One of them has the usage, the others have an answer from the cache.
 * 4. An answer from the cache has no usage but one cached call, and tells in `recordedUsage` what it once cost.
 * 5. Errors are not kept. Answers cut at the token limit or by a filter are answers, and kept: asking the same again is
 *    no remedy, and a replay must meet them again.
 * 6. A stored answer that is damaged counts as absent and is replaced.
 * 7. Scores of answers are kept as answers are, under keys of their own: sampling does not tell them apart.
 * 8. Streams are told from the cache at once, and kept when they were read to their end; equal live streams are not joined.
 *
 * @example
 * const model = cached(retried(openaiCompatible({ model: 'gpt-4o-mini', apiKey })), { storage })
 */
export const cached = (model: LanguageModel, options: CachedOptions = {}): LanguageModel => {
  const { storage, maxEntries = 1000, ttlMs, onStorageError, clock = systemClock } = options
  const memory = recentlyUsed<CacheEntry>(maxEntries)
  const stored = tryingStorage(storage, onStorageError)
  const flights = singleFlight<CacheEntry & { readonly live?: ModelResponse }>()

  let identity: Promise<string | undefined> | undefined

  const keyOf = async (text: string): Promise<string> => {
    identity ??= Promise.resolve(model.identity?.())
    try {
      return await cacheKey(text, await identity)
    } catch (error) {
      identity = undefined // the next call asks again
      throw error
    }
  }

  const fresh = (entry: CacheEntry | undefined): CacheEntry | undefined =>
    entry && (ttlMs === undefined || clock.now() - entry.at < ttlMs) ? entry : undefined

  const remember = (key: string, entry: CacheEntry): void => memory.set(key, entry, 1)

  const recall = (key: string): CacheEntry | undefined => {
    const entry = fresh(memory.get(key))
    if (!entry) memory.delete(key)
    return entry
  }

  /** The entry in memory or storage. */
  const find = async (key: string): Promise<CacheEntry | undefined> => {
    const remembered = recall(key)
    if (remembered || !storage) return remembered
    const found = await stored(one => one.get(key))
    const entry = found && fresh(await unpackEntry(key, found.value))
    if (entry) remember(key, entry)
    return entry
  }

  const keep = async (key: string, response: ModelResponse): Promise<CacheEntry> => {
    const entry = cacheEntry(response, clock.now())
    // Without the caller's signal: what was paid for is kept even when nobody waits for it any more.
    const ttl = ttlMs === undefined ? {} : { ttlSeconds: Math.ceil(ttlMs / 1000) }
    await stored(async one => one.put(key, await packEntry(key, entry), ttl))
    remember(key, entry)
    return entry
  }

  const shared = async (request: ModelRequest, text: string, joins: boolean, send: Send): Promise<ModelResponse> => {
    // The one that begins the call passes its deadline on; who joins it has to mind its own.
    const deadlineMs = joins ? (request.deadlineMs ?? Number.POSITIVE_INFINITY) : Number.POSITIVE_INFINITY
    const scope = callScope({ signal: request.signal, deadlineMs, clock, late: () => late(model.id, deadlineMs) })
    try {
      const { value, first } = await flights.join(text, scope, async signal => {
        const began = clock.now()
        const key = await keyOf(text)
        const found = await find(key)
        if (found) return found
        const live = await send({ ...withLessTime(request, clock.now() - began), signal })
        return { ...(await keep(key, live)), live }
      })
      if (first && value.live) return value.live
      const response = cachedResponse(value)
      tellAttempt(request.tracer, joins ? 'joined an equal call' : 'found in the cache', { usage: response.usage })
      return response
    } finally {
      scope.close(true)
    }
  }

  // Joined by the text before anything is awaited: who begins and who joins must not depend on who is hashed first.
  const answered = async (request: ModelRequest, text: string, send: Send): Promise<ModelResponse> => {
    const began = clock.now()
    for (;;) {
      const joins = flights.has(text)
      const spent = clock.now() - began
      try {
        return await shared(withLessTime(request, spent), text, joins, send)
      } catch (error) {
        // The time of the one that began the call was up, not ours.
        const mayGoOn = request.deadlineMs === undefined || clock.now() - began < request.deadlineMs
        if (!(joins && mayGoOn && isModelError(error) && error.code === 'model/timeout')) throw error
      }
    }
  }

  return {
    id: `cached(${model.id})`,
    ...(model.capabilities ? { capabilities: model.capabilities } : {}),
    ...identityOf(model),
    generate: async request => answered(request, keyText(model.id, request), one => model.generate(one)),
    ...scoringOf(model, score => async (request, answers) => {
      const send: Send = async one => responseOfScores(await score(one, answers))
      return scoresOfResponse(await answered(request, scoreText(model.id, request, answers), send))
    }),
    async *stream(request) {
      const began = clock.now()
      const { signal, deadlineMs = Number.POSITIVE_INFINITY } = request
      const scope = callScope({ signal, deadlineMs, clock, late: () => late(model.id, deadlineMs) })
      const lookUp = async () => {
        const key = await keyOf(keyText(model.id, request))
        return { key, entry: await find(key) }
      }
      const { key, entry } = await scope.wait(lookUp()).finally(() => scope.close(true))
      if (entry) {
        const response = cachedResponse(entry)
        tellAttempt(request.tracer, 'found in the cache', { usage: response.usage })
        for (const event of responseEvents(response)) {
          request.signal?.throwIfAborted()
          yield event
        }
        return
      }
      const builder = responseBuilder()
      const ending: ModelEvent[] = []
      for await (const event of model.stream(withLessTime(request, clock.now() - began))) {
        builder.add(event)
        // The finish makes an answer of it, and an answer is kept before it is handed out.
        if (event.type === 'finish') ending.push(event)
        else {
          if (event.type === 'reset') ending.length = 0
          yield event
        }
      }
      const response = builder.response()
      if (response) await keep(key, response)
      yield* ending
    },
  }
}

type Send = (request: ModelRequest) => Promise<ModelResponse>

const late = (model: string, ms: number) =>
  new ModelError('model/timeout', `${model} did not answer within ${ms} ms. ${remedies.deadline}`, { model })
