import type { Random } from '../data/random.ts'
import { mean } from '../evaluation/statistics.ts'
import type { Candidate } from './candidate.ts'
import { softmaxChoice } from './softmax-choice.ts'

/** Programs with the average of their scores, from which the better ones are drawn more often. */
export interface ProgramPool {
  /** Adds a program with the scores it had so far. */
  add(candidate: Candidate, scores: readonly number[]): void
  /** The best `count` programs, the earlier first where they tie; the first program takes the last place if it is not among them. */
  top(count: number): readonly Candidate[]
  /** Draws one of these programs by average score. */
  draw(random: Random, candidates: readonly Candidate[], temperature: number): Candidate
  averageOf(candidate: Candidate): number
}

/** Opens a pool with the program a search began with, which is always drawn as if it scored 0: so does DSPy. */
export const programPool = (first: Candidate): ProgramPool => {
  const entries: { readonly candidate: Candidate; readonly average: number }[] = [{ candidate: first, average: 0 }]
  const averages = new Map<number, number>([[first.index, 0]])
  const averageOf = ({ index }: Candidate): number => averages.get(index) ?? 0
  return {
    averageOf,
    add(candidate, scores) {
      const average = scores.length === 0 ? 0 : mean(scores)
      entries.push({ candidate, average })
      averages.set(candidate.index, average)
    },
    top(count) {
      const best = entries
        .toSorted((a, b) => b.average - a.average)
        .slice(0, count)
        .map(({ candidate }) => candidate)
      return best.includes(first) ? best : [...best.slice(0, -1), first]
    },
    draw: (random, candidates, temperature) => softmaxChoice(random, candidates, averageOf, temperature),
  }
}
