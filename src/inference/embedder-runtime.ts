import type { LoadOptions } from './transformers-runtime.ts'

/** The part of @huggingface/transformers that local embedders need, by shape. Checked against 4.3.1. */
export interface EmbedderRuntime {
  pipeline(task: 'feature-extraction', source: string, options: LoadOptions): Promise<FeatureExtractor>
}

export interface FeatureExtractor {
  (
    texts: string[],
    options: { readonly pooling: 'mean' | 'cls' | 'last_token'; readonly normalize: boolean },
  ): Promise<FeatureTensor>
  readonly tokenizer: { encode(text: string): readonly unknown[] }
}

/** One row a text. */
export interface FeatureTensor {
  readonly data: ArrayLike<number>
  readonly dims: readonly number[]
  dispose(): void
}
