import type { ChatTemplate } from './chat/chat-template.ts'
import type { InferenceEngine } from './generation.ts'
import type { LoadedModelFacts } from './local-model.ts'
import type { FileTokenizer } from './text/tokenizer-from-files.ts'
import type { GrammarEngine } from './token-constraint.ts'

/** A network that is loaded, and what makes a chat model of it. */
export interface LoadedNetwork {
  readonly tokenizer: ChatTokenizer
  readonly template: ChatTemplate
  readonly engine: InferenceEngine
  /** Loaded with the first answer that has a grammar; absent where there is none. */
  readonly grammars?: () => Promise<GrammarEngine>
  readonly endTokens: ReadonlySet<number>
  readonly facts: LoadedModelFacts
  /** Gives everything back; jobs under way reject with an AbortError. */
  close(): Promise<void>
}

/** What an answer needs of a tokenizer. */
export type ChatTokenizer = Pick<FileTokenizer, 'encode' | 'plain' | 'bytesOf' | 'idOf' | 'nameOf' | 'stripsSpace'>
