import { canonicalJson } from '../../src/data/canonical-json.ts'
import { sha256 } from '../../src/data/sha256.ts'
import type { Optimizer } from '../../src/optimizers/optimizer.ts'
import { faulty, puzzles, quizModel, quizzes, sameAnswer } from './quiz.ts'

/** Runs an optimizer on the puzzles, calls ending in another order at every concurrency, and digests what it found. */
export const digestOfRun = async (make: () => Optimizer, concurrency: number): Promise<string> => {
  const result = await make().optimize(quizzes[1](), {
    ...{ train: puzzles(1, 14), dev: puzzles(101, 10), metric: sameAnswer, seed: 7, concurrency },
    ...{ model: faulty(quizModel(), 'slow', concurrency), budget: { calls: 260 } },
  })
  const { outcome, state, score, baseline, promptTokens, warnings } = result
  // To nine places: what is reckoned may be summed in another order one day.
  const rounded = [score, baseline].map(value => value?.toFixed(9))
  return sha256(canonicalJson({ outcome, state, rounded, promptTokens, warnings }))
}
