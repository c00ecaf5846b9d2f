import type { Adapter } from '../ports/adapter.ts'
import type { LanguageModel } from '../ports/language-model.ts'

/** An adapter whose second model, where it has one, is asked within the run's budget, as the first one is. */
export const countedExtraction = (adapter: Adapter, within: (model: LanguageModel) => LanguageModel): Adapter => {
  const { extraction, forState } = adapter
  if (extraction === undefined && forState === undefined) return adapter
  return {
    ...adapter,
    ...(extraction && { extraction: { ...extraction, model: within(extraction.model) } }),
    ...(forState && { forState: state => countedExtraction(forState(state), within) }),
  }
}
