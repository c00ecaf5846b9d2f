import { recentlyUsed } from '../data/recently-used.ts'
import { sha256 } from '../data/sha256.ts'
import { noUsage } from '../data/usage.ts'
import type { Embedder } from '../ports/embedder.ts'
import type { Storage } from '../ports/storage.ts'
import { tryingStorage } from '../ports/trying-storage.ts'
import { packVector, unpackVector } from './vector-bytes.ts'

export interface CachedEmbedderOptions {
  /** Where vectors are kept beyond this process; only memory when absent. */
  readonly storage?: Storage
  /** Vectors kept in memory, the least recently used are dropped; 10,000 when absent. */
  readonly maxEntries?: number
  /** Told when the storage fails, and the call goes on as if it were empty; when absent the failure is the call's. */
  readonly onStorageError?: (error: unknown) => void
}

/**
 * An embedder that does not ask twice for the vector of a text.
 *
 * 1. The key is the embedder's id, the role and the text; in a storage a SHA-256 of them.
 * 2. What a call lacks is asked for at once, each text once; only that is in the usage. A call that lacks nothing counts
 *    as one cached call. Two calls at the same time may both ask.
 * 3. Vectors are in the storage before they are handed out. A stored one that is damaged counts as absent.
 *
 * @example
 * const embedder = cachedEmbedder(openaiEmbedder({ model: 'text-embedding-3-small', apiKey }), { storage })
 */
export const cachedEmbedder = (embedder: Embedder, options: CachedEmbedderOptions = {}): Embedder => {
  const { storage, maxEntries = 10_000, onStorageError } = options
  const memory = recentlyUsed<Float32Array>(maxEntries)
  const stored = tryingStorage(storage, onStorageError)

  /** For the storage alone: hashing everything would make who comes first a matter of luck. */
  const digestOf = (key: string): Promise<string> => sha256(`${embedder.id}\n${key}`)

  const remember = (key: string, vector: Float32Array): void => memory.set(key, vector, 1)

  const find = async (key: string, signal: AbortSignal | undefined): Promise<Float32Array | undefined> => {
    const known = memory.get(key)
    if (known || !storage) return known
    const digest = await digestOf(key)
    const found = await stored(one => one.get(storageKey(digest), signal === undefined ? {} : { signal }))
    const vector = found && (await unpackVector(digest, found.value))
    if (vector) remember(key, vector)
    return vector
  }

  return {
    id: embedder.id,
    async embed(texts, asking = {}) {
      const { role = 'passage', signal, usage } = asking
      signal?.throwIfAborted()
      const keys = texts.map(text => `${role}\n${text}`)
      const known = new Map<string, Float32Array>()
      const missing = new Map<string, string>()
      for (const [place, key] of keys.entries()) {
        if (known.has(key) || missing.has(key)) continue
        const vector = await find(key, signal)
        if (vector) known.set(key, vector)
        else missing.set(key, texts[place] ?? '')
      }
      if (missing.size > 0) {
        const asked = [...missing.keys()]
        const vectors = await embedder.embed([...missing.values()], asking)
        for (const [place, key] of asked.entries()) {
          const vector = Float32Array.from(vectors[place] ?? [])
          await stored(async one => {
            const digest = await digestOf(key)
            await one.put(storageKey(digest), await packVector(digest, vector))
          })
          remember(key, vector)
          known.set(key, vector)
        }
      } else if (texts.length > 0) {
        usage?.add({ ...noUsage, cachedCalls: 1 })
      }
      // Copies, for the vectors belong to the caller.
      return keys.map(key => Float32Array.from(known.get(key) ?? []))
    },
  }
}

const storageKey = (key: string): string => `embedding/${key}`
