import { addUsage } from '../data/usage.ts'
import type { Completion, LanguageModel, ModelRequest, ModelResponse } from '../ports/language-model.ts'
import { responseEvents } from './response-events.ts'

/**
 * A model that draws several completions by as many calls at once, where its provider draws one a call. When one fails the
 * others are aborted. Several are never streamed: their events come when all are there.
 */
export const drawnSeparately = (model: LanguageModel): LanguageModel => {
  const drawAll = async ({ n = 1, ...request }: ModelRequest): Promise<ModelResponse> => {
    const controller = new AbortController()
    const signal = request.signal ? AbortSignal.any([request.signal, controller.signal]) : controller.signal
    const draw = (): Promise<ModelResponse> =>
      model.generate({ ...request, signal }).catch(error => {
        controller.abort()
        throw error
      })
    const [first, ...others] = await Promise.all([draw(), ...Array.from({ length: n - 1 }, draw)])
    const completions: readonly Completion[] = others.flatMap(response => response.completions)
    return {
      ...first,
      completions: [...first.completions, ...completions],
      usage: others.reduce((sum, { usage }) => addUsage(sum, usage), first.usage),
    }
  }
  return {
    ...model,
    generate: request => (isOne(request) ? model.generate(request) : drawAll(request)),
    async *stream(request) {
      if (isOne(request)) yield* model.stream(request)
      else yield* responseEvents(await drawAll(request))
    },
  }
}

const isOne = ({ n = 1 }: ModelRequest): boolean => n <= 1
