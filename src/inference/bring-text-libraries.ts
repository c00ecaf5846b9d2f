import type { Tokenizer } from '@huggingface/tokenizers'

export interface TextLibraries {
  readonly Tokenizer: typeof Tokenizer
  readonly jinja: JinjaLibrary
}

/** What renders chat templates, by shape and in its parts, so that the rendering can be bounded. Checked against 0.5.11. */
export interface JinjaLibrary {
  readonly Environment: new () => { set(name: string, value: unknown): unknown }
  readonly Interpreter: new (scope: object) => JinjaInterpreter
  parse(tokens: unknown): unknown
  tokenize(text: string, options: { readonly lstrip_blocks: boolean; readonly trim_blocks: boolean }): unknown
}

export interface JinjaInterpreter {
  run(program: unknown): { readonly value: unknown }
  /** Every node of a template goes through here. */
  evaluate(node: unknown, scope: unknown): { readonly value: unknown }
}

/** Brings what reads and writes text for local models; loaded with the first of them, so that nobody else carries it. */
export const bringTextLibraries = async (): Promise<TextLibraries> => {
  const [tokenizers, jinja] = await Promise.all([import('@huggingface/tokenizers'), import('@huggingface/jinja')])
  return { Tokenizer: tokenizers.Tokenizer, jinja }
}
