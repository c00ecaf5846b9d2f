import { cached, type LanguageModel, type Storage } from '../../src/index.ts'
import { fileSystemStorage } from '../storage/file-system.ts'

/** A model whose answers are kept in `journal` where a run has one, else as --cache says: in a folder, in memory, or not. */
export const keptAnswers = (
  model: LanguageModel,
  cache: string | undefined,
  journal: Storage | undefined,
): LanguageModel => {
  if (journal !== undefined) return cached(model, { storage: journal })
  if (cache === 'off') return model
  return cached(model, cache === undefined ? {} : { storage: fileSystemStorage(cache) })
}
