import { canonicalJson } from '../data/canonical-json.ts'
import { sha256 } from '../data/sha256.ts'
import type { LanguageModel } from '../ports/language-model.ts'

/**
 * The identity of a model made of others, to be spread into it: that of the only one, or a digest over those of all.
 * Nothing where none of them has one.
 */
export const identityOf = (...models: readonly LanguageModel[]): Pick<LanguageModel, 'identity'> => {
  if (models.every(({ identity }) => identity === undefined)) return {}
  return {
    async identity() {
      const all = await Promise.all(models.map(model => model.identity?.() ?? null))
      const [only] = all
      return all.length === 1 && typeof only === 'string' ? only : sha256(canonicalJson(all))
    },
  }
}
