import type { LanguageModel } from '../ports/language-model.ts'

/** The model, made known as one that calls tools natively, or as one that does not. */
export const callingModel = (model: LanguageModel, calls: 'auto' | 'native' | 'text'): LanguageModel =>
  calls === 'auto'
    ? model
    : {
        id: model.id,
        capabilities: { ...model.capabilities, tools: calls === 'native' },
        ...(model.identity === undefined ? undefined : { identity: () => model.identity?.() ?? Promise.resolve('') }),
        generate: request => model.generate(request),
        stream: request => model.stream(request),
      }
