/**
 * What we use of a binding to another Worker. Written down here, so that our types fit the project of whoever binds one,
 * whichever description of Cloudflare's runtime it has.
 */
export interface ServiceBinding {
  fetch(address: string, init: ServiceCall): Promise<ServiceAnswer>
}

export interface ServiceCall {
  readonly method: 'POST'
  readonly headers: Record<string, string>
  readonly body: string
  readonly signal: AbortSignal
}

export interface ServiceAnswer {
  readonly status: number
  readonly body: ReadableStream<Uint8Array<ArrayBuffer>> | null
}
