import { ConfigurationError } from '../errors/configuration-error.ts'

/**
 * One step of successive halving: the best 1/eta of the candidates, at least one, in the order they came. Of equal scores
 * the earlier stays.
 *
 * @param eta how many times fewer go on, above 1
 * @see Karnin, Koren and Somekh 2013; Jamieson and Talwalkar 2016, arXiv:1502.07943
 * @throws ConfigurationError `configuration/invalid` for an eta that is not above 1, or a score for each that is missing
 * @example
 * halve(['a', 'b', 'c', 'd'], [0.2, 0.9, 0.4, 0.5], 2) // ['b', 'd']
 */
export const halve = <Candidate>(
  candidates: readonly Candidate[],
  scores: readonly number[],
  eta = 2,
): readonly Candidate[] => {
  if (!(eta > 1)) throw wrong('eta', `Expected eta above 1, got ${eta}. Write 2.`)
  if (scores.length !== candidates.length) {
    throw wrong('scores', `Expected a score for each of ${candidates.length} candidates, got ${scores.length}.`)
  }
  const ranked = [...candidates.keys()].sort((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0) || a - b)
  const stay = new Set(ranked.slice(0, Math.max(1, Math.ceil(candidates.length / eta))))
  return candidates.filter((_, index) => stay.has(index))
}

const wrong = (option: string, message: string): ConfigurationError =>
  new ConfigurationError('configuration/invalid', message, { option })
