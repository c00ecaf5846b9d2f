/**
 * Keeps bytes by key.
 *
 * 1. get() of an absent or expired key is undefined, never an error.
 * 2. The bytes read are equal to, and not the same object as, the bytes written.
 * 3. list(prefix) yields the keys that start with it, in code-unit order, each once.
 * 4. put() is atomic: a reader, or a process killed in between, sees the old bytes or the new ones.
 * 5. putIf() exists only where `capabilities.compareAndSet` is true; it answers false, and changes nothing, when the
 *    version differs. Version `undefined` means "must not exist".
 * 6. Keys are 1 to 512 bytes of UTF-8 of any characters; what they name stays inside the store, whatever they spell.
 * 7. Errors are StorageError; nothing is thrown synchronously. An aborted signal rejects with its reason.
 */
export interface Storage {
  readonly capabilities: StorageCapabilities
  get(key: string, options?: StorageOptions): Promise<StoredValue | undefined>
  put(key: string, value: Uint8Array, options?: PutOptions): Promise<void>
  putIf?(key: string, value: Uint8Array, version: string | undefined, options?: PutOptions): Promise<boolean>
  delete(key: string, options?: StorageOptions): Promise<void>
  list(prefix: string, options?: StorageOptions): AsyncIterable<string>
}

export interface StorageCapabilities {
  readonly compareAndSet: boolean
  readonly consistency: 'strong' | 'eventual'
}

export interface StorageOptions {
  readonly signal?: AbortSignal
}

export interface PutOptions extends StorageOptions {
  readonly ttlSeconds?: number
}

export interface StoredValue {
  readonly value: Uint8Array
  /** Changes whenever the value does. */
  readonly version: string
}
