import { fileSystemStorage } from '../../../node/storage/file-system.ts'
import { cached } from '../../../src/models/cached.ts'
import { predict } from '../../../src/modules/predict.ts'
import { saveProgram } from '../../../src/modules/save-program.ts'
import { bootstrapRandomSearch } from '../../../src/optimizers/bootstrap-random-search.ts'
import type { LanguageModel, ModelRequest } from '../../../src/ports/language-model.ts'
import { doublingModel, doublings, isRight } from '../../contracts/doubling-task.ts'

/** How many calls may be in flight. */
export const inFlight = 3

/**
 * A small optimization whose calls are kept in a folder; gives the program file it ends with. Notes `paid` before the
 * model is asked and `kept` when an answer came out of the cache, each with the request.
 */
export const journaledRun = async (
  folder: string,
  note: (what: 'paid' | 'kept', request: string) => void,
): Promise<string> => {
  const inner = doublingModel(1)
  const asked = (model: LanguageModel, what: 'paid' | 'kept'): LanguageModel => ({
    ...model,
    async generate(request) {
      if (what === 'paid') note(what, textOf(request))
      const response = await model.generate(request)
      if (what === 'kept') note(what, textOf(request))
      return response
    },
  })
  const model = asked(cached(asked(inner, 'paid'), { storage: fileSystemStorage(folder, { flush: true }) }), 'kept')
  const result = await bootstrapRandomSearch({ candidates: 0, maxDemos: 2, seed: 5 }).optimize(
    predict('question -> answer'),
    { train: doublings(0, 3), dev: doublings(61, 3), metric: isRight, model, concurrency: inFlight },
  )
  return saveProgram(result.program)
}

/** A request without what a call adds to it: its limits of time. */
const textOf = ({ messages, temperature, seed, rolloutId }: ModelRequest): string =>
  JSON.stringify([messages, temperature, seed, rolloutId])
