/**
 * What we use of Cloudflare's binding to Workers AI. Written down here, so that our types fit the project of whoever binds
 * one, whichever description of Cloudflare's runtime it has.
 */
export interface WorkersAiBinding {
  run(model: string, inputs: { readonly [input: string]: unknown }, options?: WorkersAiRunOptions): Promise<unknown>
}

export interface WorkersAiRunOptions {
  /** The AI Gateway a call goes through. */
  readonly gateway?: { readonly id: string; readonly skipCache?: boolean; readonly cacheTtl?: number }
  readonly signal?: AbortSignal
}
