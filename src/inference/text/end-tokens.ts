import type { JsonObject, JsonValue } from '../../data/json.ts'
import type { Tokenizer } from '../tokenizer.ts'

/**
 * The tokens that end an answer: those that `generation_config.json` names, else those of `config.json`, else the tokenizer's
 * own; none where no file says.
 */
export const endTokensOf = (
  generation: JsonObject,
  config: JsonObject,
  tokenizer: Pick<Tokenizer, 'endTokens'>,
): ReadonlySet<number> => {
  for (const { eos_token_id: named } of [generation, config]) {
    const ids = (Array.isArray(named) ? named : [named]).filter(isToken)
    if (ids.length > 0) return new Set(ids)
  }
  return tokenizer.endTokens
}

const isToken = (id: JsonValue | undefined): id is number => typeof id === 'number' && Number.isInteger(id) && id >= 0
