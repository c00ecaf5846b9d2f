import type { JsonSchema } from '../data/json.ts'

/** What an answer must look like. */
export type Grammar =
  | { readonly kind: 'lark'; readonly text: string }
  | { readonly kind: 'json-schema'; readonly schema: JsonSchema }
  | { readonly kind: 'regex'; readonly pattern: string }

/**
 * One answer on its way through a grammar, token by token.
 *
 * 1. There is always a way on: some token is allowed, or the answer has ended.
 * 2. An answer made of allowed tokens alone, up to one that ends it, follows the grammar.
 * 3. forced() spells what must come as the tokenizer would write it, and accepts it: a network reads these tokens instead
 *    of drawing them. It is told what was chosen by nobody else: a token is accepted once.
 */
export interface TokenConstraint {
  /** Works out what may come next, so that mask() is quick: call it while the network computes. */
  prepare(): void
  /** Sets the logits of what may not come next to -Infinity. Tokens that end an answer are allowed where it may end. */
  mask(logits: Float32Array): void
  /**
   * Takes the token that was chosen; one that ends an answer ends it.
   *
   * @throws RangeError for a token that mask() forbids
   */
  accept(token: number): void
  /** The tokens that come next whatever the network thinks, none where it has a choice. */
  forced(): readonly number[]
  /** Nothing but an end can follow. */
  readonly ended: boolean
  /** Gives its memory back; twice is once. */
  free(): void
}

/** Grammars over one vocabulary. */
export interface GrammarEngine {
  /**
   * A fresh answer under this grammar; a grammar seen before costs next to nothing.
   *
   * @throws ModelError `model/request` for a grammar that cannot be read, with place and reason
   */
  constraint(grammar: Grammar): TokenConstraint
  free(): void
}

/** What a grammar needs to know of a tokenizer. */
export interface TokenVocabulary {
  readonly size: number
  /** The bytes a token stands for; undefined for one that is no text: special tokens, and ids nobody has. */
  bytesOf(token: number): Uint8Array | undefined
  /** The tokens of a text, without any that the tokenizer adds. */
  encode(text: string): readonly number[]
  /** The tokens that end an answer. */
  readonly endTokens: ReadonlySet<number>
}
