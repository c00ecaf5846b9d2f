import { derive, type SeededRandom, seededRandom } from '../data/seeded-random.ts'
import { withLabeledDemos, withoutDemos } from '../search/demos.ts'
import { type FewShot, fewShot, type Teacher } from '../search/few-shot.ts'
import { likeliest } from '../search/likeliest.ts'
import type { SearchEvent } from '../search/search-event.ts'
import type { SearchRun } from '../search/search-run.ts'
import { type DemoLimits, demoLimits, whole, wholeSeed } from './demo-limits.ts'
import { optimization } from './optimization.ts'
import type { Optimizer } from './optimizer.ts'

export interface BootstrapRandomSearchOptions extends DemoLimits {
  /** Shuffles tried, beside the four that are not shuffled. */
  readonly candidates?: number // dspy 3.4.1: num_candidate_programs=16
  /** Times a row is tried until it succeeds; from the second on at temperature 1. */
  readonly maxIterations?: number // dspy 3.4.1: max_rounds=1
  /** The score from which a run becomes a demo; what the metric says has passed when absent. */
  readonly metricThreshold?: number // dspy 3.4.1: None
  /** The score, in the metric's own scale, from which the search is content. */
  readonly stopAtScore?: number // dspy 3.4.1: None
  /** Who makes the demos; the student with labeled demos when absent. */
  readonly teacher?: Teacher
  /**
   * Which of several candidates with the best score is kept: the first when absent, as in DSPy; or the one that thinks the
   * right answers the likeliest (`likeliest`), where the model scores answers and rows have their labels.
   */
  readonly breakTies?: 'first' | 'likelihood'
  readonly seed?: number
}

/**
 * Tries many sets of demos and keeps the best: none, labeled ones, and bootstrapped ones over shuffles of the training
 * set. Chosen on the development set, or on the training set where there is none.
 *
 * Costs (candidates + 3) runs over the scoring rows, and what bootstrapping takes for each but two of them. `breakTies:
 * 'likelihood'` costs as many calls as the candidates that tie would in one more run.
 *
 * Differs from DSPy 3.4.1 (`BootstrapFewShotWithRandomSearch`):
 * - a student that knows demos is a candidate too, so that the result is never worse than it;
 * - a candidate equal to one before is not run again;
 * - scores are compared as they are, not rounded to a hundredth of a percent;
 * - a seed other than 0 gives other shuffles; 0 gives DSPy's;
 * - what `bootstrapFewShot` says.
 *
 * @see Khattab et al. 2023, arXiv:2310.03714, section 3.3
 * @throws ConfigurationError `configuration/invalid` for a setting out of range
 * @example
 * const run = bootstrapRandomSearch({ candidates: 8 }).optimize(student, {
 *   train, dev, metric: exactMatch(), model, budget: { calls: 1000 },
 * })
 * for await (const event of run) if (event.type === 'candidate-evaluated') show(event.best.score)
 * const { program } = await run
 */
export const bootstrapRandomSearch = ({
  candidates = 16,
  maxIterations = 1,
  metricThreshold,
  stopAtScore,
  teacher,
  breakTies = 'first',
  seed = 0,
  ...limits
}: BootstrapRandomSearchOptions = {}): Optimizer => {
  const { bootstrapped, labeled } = demoLimits(limits)
  whole('candidates', candidates, 0)
  const rounds = whole('maxIterations', maxIterations, 1)
  wholeSeed(seed)

  return optimization('bootstrap-random-search', seed, async function* (run) {
    const student = run.program.state
    const knowsDemos = Object.values(student).some(predictor => predictor.demos.length > 0)
    const inOrder = [...run.train.keys()]
    const shared = { labeled, rounds, threshold: metricThreshold, batchSize: 1, teacher }
    const proposals: readonly Proposal[] = [
      ...(knowsDemos ? [fixed('student', student)] : []),
      fixed('zero-shot', withoutDemos(student)),
      fixed('labeled demos', withLabeledDemos(student, run.train, labeled, seededRandom(run.seed))),
      {
        label: 'bootstrap',
        propose: run => fewShot(run, { ...shared, order: inOrder, bootstrapped, keep: run.scoringCost }),
      },
      ...Array.from({ length: candidates }, (_, index): Proposal => {
        const dice = (): SeededRandom => diceOfShuffle(run.seed, index)
        return {
          label: `bootstrap, shuffle ${index}`,
          propose: run =>
            fewShot(run, {
              ...shared,
              order: dice().shuffle(inOrder),
              bootstrapped: bootstrapped === 0 ? 0 : dice().integer(1, bootstrapped),
              keep: run.scoringCost,
            }),
        }
      }),
    ]
    let cut = false
    for (const { label, propose } of proposals) {
      const proposal = yield* propose(run)
      if (proposal.cut) yield { type: 'candidate-discarded', label, reason: 'budget' }
      const scored = proposal.cut ? undefined : yield* run.score(label, proposal.state)
      if (scored === undefined) {
        cut = true
        break
      }
      if (stopAtScore !== undefined && scored.score >= stopAtScore) break
    }
    const baseline = run.candidates[0] // the student itself, or zero-shot, which is the student without demos
    const best = breakTies === 'likelihood' ? await likeliest(run) : run.best
    return best ? { state: best.state, score: best.score, baseline, cut } : { cut }
  })
}

/** Room for the shuffles of one seed before those of the next; at seed 0 the shuffles are DSPy's. */
const streams = 2 ** 20

/** The dice of one shuffle. Where their number would be more than a seed can be, a label tells the shuffles apart. */
const diceOfShuffle = (seed: number, index: number): SeededRandom => {
  const number = seed * streams + index
  return Number.isSafeInteger(number) ? seededRandom(number) : derive(seed, `shuffle ${index}`)
}

/** How a candidate comes about. */
interface Proposal {
  readonly label: string
  readonly propose: <Input, Output extends object, Row extends object>(
    run: SearchRun<Input, Output, Row>,
  ) => AsyncGenerator<SearchEvent, FewShot, undefined>
}

const fixed = (label: string, state: FewShot['state']): Proposal => ({
  label,
  // biome-ignore lint/correctness/useYield: it has nothing to tell
  async *propose() {
    return { state, rows: 0, cut: false }
  },
})
