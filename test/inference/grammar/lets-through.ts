import type { Grammar, GrammarEngine } from '../../../src/inference/token-constraint.ts'
import type { Tokenizer } from '../../../src/inference/tokenizer.ts'

/** Whether tokens of this text are what a grammar lets through, up to its end. */
export const letsThrough = (
  engine: Pick<GrammarEngine, 'constraint'>,
  tokenizer: Pick<Tokenizer, 'encode' | 'endTokens'>,
  grammar: Grammar,
  text: string,
): boolean => {
  const constraint = engine.constraint(grammar)
  try {
    for (const token of tokenizer.encode(text)) constraint.accept(token)
    if (constraint.ended) return true
    const [end] = tokenizer.endTokens
    if (end === undefined) return false
    constraint.accept(end)
    return true
  } catch (error) {
    if (error instanceof RangeError) return false
    throw error
  } finally {
    constraint.free()
  }
}
