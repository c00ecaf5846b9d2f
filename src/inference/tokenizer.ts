import type { PlainText } from './text/plain-text.ts'
import type { TokenVocabulary } from './token-constraint.ts'

/** Text to tokens and back, and what the tokens are to a model. */
export interface Tokenizer extends TokenVocabulary {
  /**
   * The tokens of a text, those of special tokens written in it too (`<|im_start|>`), none added: for templates. What
   * people wrote is marked by `plain` first.
   */
  encode(text: string): readonly number[]
  /** The text of tokens; special ones have none. */
  decode(tokens: readonly number[]): string
  /** The id of a token by its text, a special one's too. */
  idOf(token: string): number | undefined
  /** Keeps special tokens in what people wrote text; by its tags alone when absent. */
  readonly plain?: PlainText
}
