import { noUsage, usageLedger } from '../../src/data/index.ts'
import type { Embedder, EmbeddingRole, Usage } from '../../src/index.ts'
import { type ErrorData, errorData } from '../../src/inference/messages/index.ts'

/** What an embedder that lives in another Worker can be asked. */
export interface EmbedderQuestion {
  readonly type: 'embed'
  readonly texts: readonly string[]
  readonly role: EmbeddingRole
}

/** What it says. What a call used is told of one that failed, too. */
export type EmbedderReply =
  | { readonly type: 'vectors'; readonly vectors: readonly (readonly number[])[]; readonly usage: Usage }
  | { readonly type: 'error'; readonly error: ErrorData; readonly usage?: Usage }

/** Answers one question with one reply; an error is one too. Nobody is told anything after an abort. */
export const answerEmbedding = async (
  embedder: Embedder,
  { texts, role }: EmbedderQuestion,
  signal: AbortSignal,
  tell: (reply: EmbedderReply) => void,
): Promise<void> => {
  const usage = usageLedger()
  try {
    const vectors = await embedder.embed(texts, { role, signal, usage })
    if (!signal.aborted)
      tell({ type: 'vectors', vectors: vectors.map(vector => Array.from(vector)), usage: usage.total })
  } catch (error) {
    const used = usage.total.calls === noUsage.calls ? {} : { usage: usage.total }
    if (!signal.aborted) tell({ type: 'error', error: errorData(error), ...used })
  }
}
