import type { Template } from '@huggingface/jinja'
import type { Tokenizer } from '@huggingface/tokenizers'

export interface TextLibraries {
  readonly Tokenizer: typeof Tokenizer
  readonly Template: typeof Template
}

/** Brings what reads and writes text for local models; loaded with the first of them, so that nobody else carries it. */
export const bringTextLibraries = async (): Promise<TextLibraries> => {
  const [tokenizers, jinja] = await Promise.all([import('@huggingface/tokenizers'), import('@huggingface/jinja')])
  return { Tokenizer: tokenizers.Tokenizer, Template: jinja.Template }
}
