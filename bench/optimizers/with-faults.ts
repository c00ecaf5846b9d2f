import { ModelError } from '../../src/errors/model-error.ts'
import type { LanguageModel } from '../../src/ports/language-model.ts'
import { uniform } from './hashing.ts'

/** A model of which some calls fail, always the same ones. */
export const withFaults = (model: LanguageModel, share: number, seed: number): LanguageModel => ({
  ...model,
  id: `faulty/${model.id}`,
  generate(request) {
    const key = JSON.stringify([request.messages, request.rolloutId, request.seed])
    if (uniform(seed, 'fault', key) < share)
      return Promise.reject(
        new ModelError('model/server', 'The simulated server had a bad moment.', { model: model.id }),
      )
    return model.generate(request)
  },
})
