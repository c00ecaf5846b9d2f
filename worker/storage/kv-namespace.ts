/**
 * What we use of a namespace of Workers KV. Written down here, so that our types fit the project of whoever binds one,
 * whichever description of Cloudflare's runtime it has.
 */
export interface KvNamespace {
  getWithMetadata(
    name: string,
    type: 'arrayBuffer',
  ): Promise<{ readonly value: ArrayBuffer | null; readonly metadata: unknown }>
  put(name: string, value: ArrayBufferView<ArrayBuffer>, options: KvPutOptions): Promise<void>
  delete(name: string): Promise<void>
  list(options: { readonly prefix: string; readonly cursor?: string }): Promise<KvPage>
}

export interface KvPutOptions {
  readonly metadata: unknown
  /** Seconds, 60 at least. */
  readonly expirationTtl?: number
}

/** Up to 1000 names, in the order of their UTF-8 bytes. */
export interface KvPage {
  readonly keys: readonly { readonly name: string; readonly metadata?: unknown }[]
  readonly list_complete: boolean
  readonly cursor?: string
}
