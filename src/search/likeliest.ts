import type { ScoredCandidate } from './candidate.ts'
import { type LikelihoodAsk, likelihoodBook } from './likelihood-book.ts'
import type { SearchRun } from './search-run.ts'

/**
 * Of the candidates that share the best score, the one whose model thinks the right answers to the scoring rows the
 * likeliest, on average; the earlier where two tie in that too. One call for each of them and row.
 *
 * The first of them, as without asking, where likelihoods cannot be had (`answerLikelihood`) or the budget does not hold all.
 */
export const likeliest = async <Input, Output extends object, Row extends object>(
  run: SearchRun<Input, Output, Row>,
): Promise<ScoredCandidate | undefined> => {
  const { best, candidates, scoring, scoringPart: part } = run
  const tied = candidates.filter(({ score }) => score === best?.score)
  if (tied.length < 2) return best
  const asks = tied.flatMap(({ state }) => scoring.map((_, row): LikelihoodAsk => ({ state, part, row })))
  const probabilities = await likelihoodBook(run)?.observe(asks)
  if (probabilities === undefined) return best
  let [chosen, highest] = [best, Number.NEGATIVE_INFINITY]
  for (const [place, candidate] of tied.entries()) {
    const own = probabilities
      .slice(place * scoring.length, (place + 1) * scoring.length)
      .filter(one => !Number.isNaN(one))
    const mean = own.reduce((sum, one) => sum + one, 0) / own.length
    if (mean > highest) [chosen, highest] = [candidate, mean]
  }
  return chosen
}
