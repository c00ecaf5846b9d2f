import type { LanguageModel } from '../ports/language-model.ts'

/** Scores answers: `LanguageModel.score`. */
export type Scoring = NonNullable<LanguageModel['score']>

/** The score() of a model made of another, to be spread into it: `wrap` around that of the other, nothing where it has none. */
export const scoringOf = (
  model: LanguageModel,
  wrap: (ask: Scoring) => Scoring = ask => ask,
): Pick<LanguageModel, 'score'> => (model.score === undefined ? {} : { score: wrap(model.score.bind(model)) })
