import type { GrammarEngine, TokenVocabulary } from '../token-constraint.ts'
import { compiledGrammars } from './compiled-grammars.ts'
import { compileGrammarModule, type GrammarModule } from './grammar-module.ts'
import { tokenConstraintOf } from './token-constraint-of.ts'

export interface GrammarEngineOptions {
  readonly vocabulary: TokenVocabulary
  /** Brings `kkachi/wasm/grammar.wasm`: its bytes, or in Workers the module that importing it gives. */
  readonly wasm: () => GrammarModule | Promise<GrammarModule>
  /** Compiled grammars kept, the latest used; 64 when absent. */
  readonly kept?: number
}

/**
 * Grammars over the tokens of one model: llguidance (Microsoft, MIT) in WebAssembly.
 *
 * 1. The tokens become a tree once, in about a second for 150,000 of them; a grammar is compiled once and kept.
 * 2. JSON schemas are followed with one spacing, that of `{"a": 1, "b": [2, 3]}`, so that no answer is blanks for ever.
 *    Numbers without bounds stay within 2^53, where JavaScript holds integers exactly. Formats and keywords that the engine does
 *    not know are refused, not ignored.
 * 3. Tokens that are no text are never allowed, but those that end an answer, where it may end.
 * 4. What is forced is told up to where the tokenizer's writing of it could depend on what follows.
 * 5. A grammar is bounded: 500 kB of text, 2,500 keys of schemas, and in the engine the work for a mask and the states of its
 *    lexer. One that is too large is refused, or breaks off its own answer, `runtime/failed`; others go on.
 *
 * @throws RuntimeError `runtime/failed` where the module does not compile
 * @see https://github.com/guidance-ai/llguidance
 * @example
 * const grammars = await grammarEngine({ vocabulary: tokenizer, wasm: grammarWasm })
 * const answer = grammars.constraint({ kind: 'regex', pattern: '(yes|no)' })
 * answer.mask(logits)
 */
export const grammarEngine = async ({ vocabulary, wasm, kept = 64 }: GrammarEngineOptions): Promise<GrammarEngine> => {
  const compiled = compiledGrammars(await compileGrammarModule(await wasm()), vocabulary, kept)
  return {
    constraint: grammar => tokenConstraintOf(compiled.begin(grammar), vocabulary),
    free: () => compiled.free(),
  }
}
