import type { UsageLedger } from '../data/usage-ledger.ts'

/**
 * Turns texts into vectors.
 *
 * 1. embed() gives one vector a text, in their order, all of one length. An empty list gives an empty list.
 * 2. The same text gives the same vector, whatever stands beside it, but for rounding.
 * 3. Failures are ModelError or RuntimeError; an aborted signal rejects with its reason.
 */
export interface Embedder {
  /** Names the model: `openai/text-embedding-3-small`. Vectors of two ids are never compared. */
  readonly id: string
  embed(texts: readonly string[], options?: EmbedOptions): Promise<readonly Float32Array[]>
}

export interface EmbedOptions {
  readonly signal?: AbortSignal
  readonly usage?: UsageLedger
  /** Milliseconds the whole call may take, retries included. */
  readonly deadlineMs?: number
}
