// Written down here, so that our types fit the project of whoever binds one, whichever description of Cloudflare's
// runtime it has.

/** What we use of a binding to static assets. */
export interface AssetsBinding {
  fetch(request: Request): Promise<Response>
}

/** What we use of a bucket of R2. */
export interface BucketBinding {
  get(key: string): Promise<{ arrayBuffer(): Promise<ArrayBuffer> } | null>
  head(key: string): Promise<object | null>
}
