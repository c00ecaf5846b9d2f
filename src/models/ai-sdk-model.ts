/**
 * A language model of the Vercel AI SDK, as much of its provider specification (`LanguageModelV2` to `V4`) as is used here.
 * Written down, so that nothing of the SDK is needed to use one.
 */
export interface AiSdkModel {
  readonly specificationVersion: string
  readonly provider: string
  readonly modelId: string
  doGenerate(options: AiSdkCall): PromiseLike<AiSdkAnswer>
  doStream(options: AiSdkCall): PromiseLike<{ readonly stream: ReadableStream<AiSdkPart> }>
}

/** The options of a call; what they are is the specification's. */
export interface AiSdkCall {
  readonly [option: string]: unknown
}

export interface AiSdkAnswer {
  readonly content: readonly AiSdkContent[]
  readonly finishReason: AiSdkFinish
  readonly usage: AiSdkUsage
  readonly warnings?: readonly object[]
  readonly response?: { readonly id?: string; readonly modelId?: string }
}

/** What a provider knows of a part beyond the specification, by the provider's name: signatures of thoughts. */
export type AiSdkMetadata = { readonly [provider: string]: object }

/** A piece of an answer: a text, a thought, a tool call, or what is not read here. */
export interface AiSdkContent {
  readonly type: string
  readonly text?: string
  readonly toolCallId?: string
  readonly toolName?: string
  readonly input?: unknown
  readonly providerExecuted?: boolean
  readonly providerMetadata?: AiSdkMetadata | undefined
}

/** Version 2 has the word alone. */
export type AiSdkFinish = string | { readonly unified: string }

type Count = number | undefined

/** Version 2 has numbers, later ones tell what they are made of. */
export interface AiSdkUsage {
  readonly inputTokens: Count | { readonly total: Count; readonly cacheRead: Count; readonly cacheWrite: Count }
  readonly outputTokens: Count | { readonly total: Count; readonly reasoning: Count }
  readonly reasoningTokens?: Count
  readonly cachedInputTokens?: Count
}

/** A piece of a streamed answer. */
export interface AiSdkPart {
  readonly type: string
  readonly id?: string
  readonly delta?: string
  readonly toolCallId?: string
  readonly toolName?: string
  readonly input?: unknown
  readonly providerExecuted?: boolean
  readonly providerMetadata?: AiSdkMetadata | undefined
  readonly error?: unknown
  readonly finishReason?: AiSdkFinish
  readonly usage?: AiSdkUsage
  readonly warnings?: readonly object[]
}
