import type { LanguageModel } from '../ports/language-model.ts'
import type { BackendConfig } from './backend-config.ts'

/** A language model that has to be loaded, and can be given back. */
export interface LocalModel extends LanguageModel {
  identity(): Promise<string>
  /** Loads and warms up what calls would load; once, while it stays loaded. */
  load(signal?: AbortSignal): Promise<LoadedModelFacts>
  /** Gives its memory back; calls under way reject with an AbortError, the next one loads anew. */
  close(): Promise<void>
}

export interface LoadedModelFacts {
  readonly backend: BackendConfig
  /** Weights and attention memory, as far as they are known; bytes. */
  readonly bytes: number
  /** Tokens it reads and writes at most in one call. */
  readonly window: number
  /** Whether calls share one step of the network. */
  readonly batches: boolean
}
