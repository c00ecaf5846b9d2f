import { ModelError } from '../../src/errors/model-error.ts'
import { responseBuilder } from '../../src/models/response-builder.ts'
import type { LanguageModel } from '../../src/ports/language-model.ts'

/** A model whose whole answers are streams that it reads to their end: what `run` gets where a server only streams. */
export const bufferedStream = (model: LanguageModel): LanguageModel => ({
  ...model,
  async generate(request) {
    const builder = responseBuilder()
    for await (const event of model.stream(request)) builder.add(event)
    const response = builder.response()
    if (response) return response
    throw new ModelError('model/malformed', 'The stream ended without a finish. Try again.', { model: model.id })
  },
})
