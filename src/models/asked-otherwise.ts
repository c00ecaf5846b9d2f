import { canonicalJson } from '../data/canonical-json.ts'
import { sha256 } from '../data/sha256.ts'
import type { LanguageModel, ModelRequest } from '../ports/language-model.ts'
import { scoringOf } from './scoring-of.ts'

/** A model whose requests are changed on their way; `settings` is what the change depends on, and part of the identity. */
export const askedOtherwise = (
  model: LanguageModel,
  settings: object,
  change: (request: ModelRequest) => ModelRequest,
): LanguageModel => ({
  ...model,
  identity: async () => sha256(canonicalJson([(await model.identity?.()) ?? null, settings])),
  generate: async request => model.generate(change(request)),
  ...scoringOf(model, score => async (request, answers) => score(change(request), answers)),
  async *stream(request) {
    yield* model.stream(change(request))
  },
})
