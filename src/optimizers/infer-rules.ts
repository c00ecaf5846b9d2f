import type { Candidate } from '../search/candidate.ts'
import { fewShot, type Teacher } from '../search/few-shot.ts'
import { inferRulesFromRows, withRules } from '../search/infer-rules-from-rows.ts'
import { withInstructions } from '../search/instructions.ts'
import { canWin, type ScoredRows, scoreUntilLost } from '../search/score-until-lost.ts'
import type { SearchEvent } from '../search/search-event.ts'
import type { SearchRun } from '../search/search-run.ts'
import { bestFound } from './best-found.ts'
import { type DemoLimits, demoLimits, whole, wholeSeed } from './demo-limits.ts'
import { optimization } from './optimization.ts'
import type { Optimizer } from './optimizer.ts'

export interface InferRulesOptions extends DemoLimits {
  /** Texts of rules tried for the program. */
  readonly candidates?: number // dspy 3.4.1: num_candidates=10
  /** Rules in a text, at most. */
  readonly rules?: number // dspy 3.4.1: num_rules=10
  /** Times a row is tried as a demo until it succeeds; from the second on at temperature 1. */
  readonly maxIterations?: number // dspy 3.4.1: max_rounds=1
  /** The score from which a run becomes a demo; what the metric says has passed when absent. */
  readonly metricThreshold?: number // dspy 3.4.1: None
  /** Who makes the demos; the student with labeled demos when absent. */
  readonly teacher?: Teacher
  readonly seed?: number
}

/**
 * Bootstraps demos, then has the prompt model write down the rules behind the training rows, several times over, and adds
 * to the instructions those with which the program scores best.
 *
 * Chosen on the development set; without one the training set is halved, the first half to learn from, the second to
 * choose by.
 *
 * Costs what `bootstrapFewShot` costs, `candidates` calls of the prompt model for each predictor, and up to
 * `candidates` + 1 runs over the rows to choose by: a text of rules that cannot win any more is left.
 *
 * Differs from DSPy 3.4.1 (`InferRules`):
 * - the student is a candidate too, so that the result is never worse than it; where it is perfect nothing else is done;
 * - a candidate is scored only as long as it can still win: the best score is the same, the calls are fewer;
 * - the prompt is our own, and says what the program is told so far and what its fields are;
 * - a step of which the rows say nothing is shown its own good runs and the whole rows; DSPy shows what inputs it
 *   finds in the rows;
 * - rows beyond 24,000 characters are drawn for each attempt; DSPy drops rows from the end when the model refuses;
 * - rules are written by the `promptModel`, not by the teacher;
 * - a single training row is both learned from and chosen by; DSPy would learn from none;
 * - instructions of the caller's are tried too, and the demos alone where the prompt model wrote no rule;
 * - what `bootstrapFewShot` says of demos.
 *
 * @see DSPy, `InferRules`; no paper
 * @throws ConfigurationError `configuration/invalid` for a setting out of range; OptimizationError
 *   `optimization/no-proposal` when the prompt model gave nothing that could be used
 * @example
 * const optimizer = inferRules({ candidates: 5 })
 * const { program } = await optimizer.optimize(student, { train, dev, metric: exactMatch(), model, promptModel })
 */
export const inferRules = ({
  candidates = 10,
  rules = 10,
  maxIterations = 1,
  metricThreshold,
  teacher,
  seed = 0,
  ...limits
}: InferRulesOptions = {}): Optimizer => {
  const { bootstrapped, labeled } = demoLimits(limits)
  whole('candidates', candidates, 1)
  whole('rules', rules, 1)
  const rounds = whole('maxIterations', maxIterations, 1)
  wholeSeed(seed)

  return optimization('infer-rules', seed, async function* (run) {
    const { learning, scoring } = rowsOf(run)
    const student = yield* run.propose('student', run.program.state)
    if (!(yield* scoreUntilLost(run, [student], scoring))) return { cut: true }
    const baseline = run.best
    const found = (cut: boolean) => bestFound(run, baseline, cut)
    const isPerfect = () => !canWin([], scoring.rows.length, run.best)
    if (isPerfect()) return found(false)

    const { calls, tokens, usd } = run.costOfRow
    const times = scoring.rows.length
    const keep = { calls: calls * times, tokens: tokens * times, usd: usd * times }
    const demos = yield* fewShot(run, {
      order: learning,
      ...{ bootstrapped, labeled, rounds, teacher, keep },
      threshold: metricThreshold,
      batchSize: 1,
    })
    if (demos.cut) return found(true)
    const base = yield* run.propose('bootstrap', demos.state, {
      parents: [student.index],
      change: { by: 'bootstrap', paths: run.program.predictors.map(({ path }) => path), parts: ['demos'] },
    })

    const given = yield* givenCandidates(run, base)
    if (given.length > 0 && !(yield* scoreUntilLost(run, given, scoring))) return found(true)

    const runsEach = times + run.program.predictors.length / Math.max(1, calls)
    let inferredAny = false
    for (let made = 0, round = 0; run.promptModel.isThere && made < candidates && !isPerfect(); round += 1) {
      yield { type: 'round-started', name: 'rules', round }
      const fitting = Math.floor(run.runsThatFit(Math.ceil((candidates - made) * runsEach)) / runsEach)
      const attempts = Array.from({ length: Math.max(1, fitting) }, (_, index) => made + index)
      made += attempts.length
      const inferred = yield* inferRulesFromRows(run, { rows: learning, state: base.state, rules, attempts, keep })
      if (inferred === undefined) return found(true)
      const ruled: Candidate[] = []
      for (const [index, texts] of inferred.entries()) {
        if (texts.size === 0) continue
        const change = { by: 'rules', paths: [...texts.keys()], parts: ['instructions'] } as const
        const label = `rules ${(attempts[index] ?? 0) + 1}`
        ruled.push(yield* run.propose(label, withRules(base.state, texts), { parents: [base.index], change }))
      }
      inferredAny ||= ruled.length > 0
      if (ruled.length > 0 && !(yield* scoreUntilLost(run, ruled, scoring))) return found(true)
    }
    // Without a rule the demos are all there is to try.
    return found(!inferredAny && !isPerfect() && !(yield* scoreUntilLost(run, [base], scoring)))
  })
}

/** The rows to learn from, and those to choose by: halves of the training set where there is no development set. */
const rowsOf = <Input, Output extends object, Row extends object>({
  train,
  dev,
  hasDev,
}: SearchRun<Input, Output, Row>): { readonly learning: readonly number[]; readonly scoring: ScoredRows } => {
  const places = [...train.keys()]
  if (hasDev) return { learning: places, scoring: { part: 'dev', rows: [...dev.keys()] } }
  const half = Math.floor(places.length / 2)
  return { learning: places.slice(0, Math.max(1, half)), scoring: { part: 'train', rows: places.slice(half) } }
}

/** The instructions of the caller's, each in place of what the program is told. */
function* givenCandidates<Input, Output extends object, Row extends object>(
  run: SearchRun<Input, Output, Row>,
  base: Candidate,
): Generator<SearchEvent, readonly Candidate[], undefined> {
  const candidates: Candidate[] = []
  for (const [index, texts] of run.givenInstructions.entries()) {
    const state = Object.entries(texts).reduce((told, [path, text]) => withInstructions(told, path, text), base.state)
    const change = { by: 'given', paths: Object.keys(texts), parts: ['instructions'] } as const
    candidates.push(yield* run.propose(`given instructions ${index + 1}`, state, { parents: [base.index], change }))
  }
  return candidates
}
