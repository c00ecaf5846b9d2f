import type { UsageLedger } from '../data/usage-ledger.ts'

/**
 * Turns texts into vectors.
 *
 * 1. embed() gives one vector a text, in their order, all of one length. An empty list gives an empty list, and asks nobody.
 * 2. The same text in the same role gives the same vector, whatever stands beside it, but for rounding.
 * 3. Every number is finite. Vectors need not have length 1.
 * 4. Failures are ModelError or RuntimeError; an aborted signal rejects with its reason, and nothing more is sent.
 * 5. What was sent is added to `usage`, that of a call which failed later too.
 * 6. The vectors belong to the caller, who may change them.
 */
export interface Embedder {
  /**
   * Names the model and what else decides its vectors: `openai/text-embedding-3-small`. Vectors of two ids are never
   * compared.
   */
  readonly id: string
  embed(texts: readonly string[], options?: EmbedOptions): Promise<readonly Float32Array[]>
}

export interface EmbedOptions {
  /** What the texts are for, where a model embeds questions and passages differently; `passage` when absent. */
  readonly role?: EmbeddingRole
  readonly signal?: AbortSignal
  readonly usage?: UsageLedger
  /** Milliseconds the whole call may take, retries included. */
  readonly deadlineMs?: number
}

export type EmbeddingRole = 'query' | 'passage'
