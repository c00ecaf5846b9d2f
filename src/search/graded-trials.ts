import type { Entrant } from './combinations.ts'
import type { Trial } from './response-model.ts'

/** Likelihoods that a race has asked for: key of an entrant to row of the race to probability. */
export type Likelihoods = ReadonlyMap<string, ReadonlyMap<number, number>>

/**
 * Likelihoods as what a race learns from, beside its runs: the probability of the right answer is the score that a run at
 * temperature 1 would have on average where only this answer is right. A row that was run counts as it went, and not twice;
 * one without a likelihood (NaN) says nothing.
 */
export const gradedTrials = (
  entrants: readonly Pick<Entrant, 'key' | 'effects'>[],
  likelihoods: Likelihoods,
  hasRun: (key: string, row: number) => boolean,
): readonly Trial[] =>
  entrants.flatMap(({ key, effects }) =>
    [...(likelihoods.get(key) ?? [])].flatMap(([row, score]) =>
      Number.isNaN(score) || hasRun(key, row) ? [] : [{ effects, row, score }],
    ),
  )
