import { keyBytes, type PutOptions, type Storage, StorageError, type StorageOptions } from '../../src/storage/index.ts'
import { codeUnitOrder } from './code-unit-order.ts'
import { kvName, nameKey, namePrefix } from './kv-name.ts'
import type { KvNamespace, KvPage } from './kv-namespace.ts'

export interface WorkersKvOptions {
  /** For the time to live; Cloudflare's own when absent. */
  readonly clock?: { now(): number }
}

/** What stands beside a value. Absent where something else wrote it. */
interface Metadata {
  readonly version: string
  /** Milliseconds since 1970; KV itself knows nothing under 60 seconds. */
  readonly expires?: number
}

/** What KV takes: 25 MiB. */
const maxValueBytes = 25 * 2 ** 20

/** The shortest time to live KV takes. */
const shortestTtlSeconds = 60

/**
 * A store on a namespace of Workers KV.
 *
 * 1. Eventually consistent: another place may read the value before for about a minute, a key found absent included. KV
 *    has no compare-and-set, so there is no `putIf`.
 * 2. KV takes one write a second for a key; it refuses more with `storage/unavailable`.
 * 3. The version is the SHA-256 of the value. It stands in the metadata beside the time the value ends, which is minded
 *    to the millisecond, also where it is under KV's least of 60 seconds.
 * 4. A value that something else wrote (`wrangler kv key put`) is read like our own.
 * 5. One key cannot be kept: a dot or two followed by nothing but NUL, 512 bytes long.
 *
 * @throws StorageError `storage/key`; `storage/quota` for a value over 25 MiB; `storage/unavailable` when KV fails
 * @see https://developers.cloudflare.com/kv/api/
 * @example
 * const storage = workersKv(env.KKACHI)
 */
export const workersKv = (namespace: KvNamespace, { clock = Date }: WorkersKvOptions = {}): Storage => {
  const isOver = (metadata: Metadata | undefined): boolean =>
    metadata?.expires !== undefined && clock.now() >= metadata.expires

  async function* keys(prefix: string, options: StorageOptions | undefined): AsyncGenerator<string> {
    for (let cursor: string | undefined, complete = false; !complete; ) {
      options?.signal?.throwIfAborted()
      const page: KvPage = await attempt('list', prefix, () =>
        namespace.list({ prefix: namePrefix(prefix), ...(cursor === undefined ? {} : { cursor }) }),
      )
      for (const { name, metadata } of page.keys) {
        const key = nameKey(name)
        if (key.startsWith(prefix) && !isOver(readMetadata(metadata))) yield key
      }
      if (page.list_complete) complete = true
      else cursor = page.cursor
    }
  }

  return {
    capabilities: { compareAndSet: false, consistency: 'eventual' },
    async get(key, options) {
      const name = admit(key, options)
      const found = await attempt('get', key, () => namespace.getWithMetadata(name, 'arrayBuffer'))
      options?.signal?.throwIfAborted()
      const metadata = readMetadata(found.metadata)
      if (found.value === null || isOver(metadata)) return undefined
      const value = new Uint8Array(found.value)
      return { value, version: metadata?.version ?? (await digest(value)) }
    },
    async put(key, value, options = {}) {
      const name = admit(key, options)
      if (value.length > maxValueBytes) {
        const message = `A value of ${value.length} bytes was given, Workers KV takes ${maxValueBytes}. Keep it in parts.`
        throw new StorageError('storage/quota', message, { key })
      }
      const { ttlSeconds } = options
      const expires = ttlSeconds === undefined ? undefined : clock.now() + ttlSeconds * 1000
      const copy = value.slice()
      const version = await digest(copy)
      const metadata: Metadata = { version, ...(expires === undefined ? {} : { expires }) }
      await attempt('put', key, () =>
        namespace.put(name, copy, {
          metadata,
          ...(ttlSeconds === undefined ? {} : { expirationTtl: Math.max(shortestTtlSeconds, Math.ceil(ttlSeconds)) }),
        }),
      )
    },
    async delete(key, options) {
      const name = admit(key, options)
      await attempt('delete', key, () => namespace.delete(name))
    },
    list: (prefix, options) => codeUnitOrder(keys(prefix, options)),
  }
}

const admit = (key: string, options: PutOptions | undefined): string => {
  options?.signal?.throwIfAborted()
  keyBytes(key)
  const name = kvName(key)
  keyBytes(name)
  return name
}

const attempt = async <T>(what: string, key: string, work: () => Promise<T>): Promise<T> => {
  try {
    return await work()
  } catch (cause) {
    const message = `Workers KV failed to ${what} a key. Try again; for one key it takes one write a second.`
    throw new StorageError('storage/unavailable', message, { key, cause })
  }
}

const readMetadata = (found: unknown): Metadata | undefined => {
  if (typeof found !== 'object' || found === null || !('version' in found)) return undefined
  if (typeof found.version !== 'string') return undefined
  const expires = 'expires' in found && typeof found.expires === 'number' ? { expires: found.expires } : {}
  return { version: found.version, ...expires }
}

const digest = async (value: Uint8Array<ArrayBuffer>): Promise<string> => {
  const bytes = new Uint8Array(await crypto.subtle.digest('SHA-256', value))
  return Array.from(bytes, byte => byte.toString(16).padStart(2, '0')).join('')
}
