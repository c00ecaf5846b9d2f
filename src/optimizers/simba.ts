import { derive, type SeededRandom, seededRandom } from '../data/seeded-random.ts'
import { ConfigurationError } from '../errors/configuration-error.ts'
import type { Context } from '../ports/context.ts'
import type { Spent } from '../search/budget.ts'
import { better, type Candidate, type ScoredCandidate } from '../search/candidate.ts'
import { contrastsOf, quantile } from '../search/contrast.ts'
import { teacherContext } from '../search/few-shot.ts'
import { withInstructions } from '../search/instructions.ts'
import { learnFrom, type Made, type Strategy } from '../search/learn-from.ts'
import type { Ask, Observation } from '../search/observation.ts'
import { type ProgramPool, programPool } from '../search/program-pool.ts'
import type { SearchEvent } from '../search/search-event.ts'
import type { SearchRun } from '../search/search-run.ts'
import { whole, wholeSeed } from './demo-limits.ts'
import { type Found, optimization } from './optimization.ts'
import type { Optimizer } from './optimizer.ts'

export interface SimbaOptions {
  /** Training rows of a batch. */
  readonly batchSize?: number // dspy 3.4.1: bsize=32
  /** Runs of each row of a batch; programs made from a batch are at most one more. */
  readonly candidates?: number // dspy 3.4.1: num_candidates=6
  /** Batches. */
  readonly steps?: number // dspy 3.4.1: max_steps=8
  /** Demos of a predictor from which on one is always dropped. 0 makes no demos, only advice. */
  readonly maxDemos?: number // dspy 3.4.1: max_demos=4
  /** Characters of one input of a demo; of a longer text the middle is left out. */
  readonly demoInputLength?: number // dspy 3.4.1: demo_input_field_maxlen=100_000
  /** How far programs are drawn evenly, whatever their score, for the runs of a batch; above 0. */
  readonly samplingTemperature?: number // dspy 3.4.1: temperature_for_sampling=0.2
  /** The same for the programs that new ones are made of. */
  readonly candidateTemperature?: number // dspy 3.4.1: temperature_for_candidates=0.2
  /** What differs in the first run of each row, `{ model: stronger }`: its calls count in the same budget. */
  readonly teacher?: Partial<Context> // dspy 3.4.1: teacher_settings=None
  readonly seed?: number // dspy 3.4.1: 0
}

/**
 * Stochastic introspective mini-batch ascent: runs the rows of a batch several times with programs drawn by their score,
 * takes the rows whose runs differ most, and makes new programs that have the best run of such a row as a demo, or advice
 * for each predictor from its best and its worst run. The best program of each batch goes to the end, where the winners are
 * scored as a whole.
 *
 * Costs, by the defaults, up to 8 x (6 + 7) x 32 runs of the program and 56 calls of the prompt model, and scoring the
 * student and up to 6 winners; less where a sample was drawn before.
 *
 * Differs from DSPy 3.4.1 (`SIMBA`):
 * - with a development set the winners are scored on it, where DSPy has the training set only;
 * - a training set smaller than a batch is the batch, where DSPy raises;
 * - near the end of a budget batches get smaller, and there is room left to score the winners;
 * - a row of which nothing can be learned makes no program, where DSPy tries an unchanged copy; the next row has its turn;
 * - a program is never shown the row it is asked, where DSPy scores it on its own demos, too;
 * - the same sample is never paid for twice;
 * - the prompt model sees no source code of the program, and its questions of one batch go out at once;
 * - the dice are CPython's in DSPy's order as long as the scores are the same, but for those that drop demos: these follow the same
 *   distribution (Poisson) and are not NumPy's number for number.
 *
 * @see DSPy 3.4.1, `dspy/teleprompt/simba.py`; there is no paper of it
 * @throws ConfigurationError `configuration/invalid` for a setting out of range
 * @example
 * const { program } = await simba({ steps: 4 }).optimize(student, { train, dev, metric, model, budget: { calls: 1500 } })
 */
export const simba = ({
  batchSize = 32,
  candidates = 6,
  steps = 8,
  maxDemos = 4,
  demoInputLength = 100_000,
  samplingTemperature = 0.2,
  candidateTemperature = 0.2,
  teacher,
  seed = 0,
}: SimbaOptions = {}): Optimizer => {
  whole('batchSize', batchSize, 1)
  whole('candidates', candidates, 1)
  whole('steps', steps, 0)
  whole('maxDemos', maxDemos, 0)
  whole('demoInputLength', demoInputLength, 1)
  aboveZero('samplingTemperature', samplingTemperature)
  aboveZero('candidateTemperature', candidateTemperature)
  wholeSeed(seed)

  return optimization('simba', seed, async function* (run) {
    const random = seededRandom(run.seed)
    const dropping = derive(run.seed, 'dropped demos')
    const strategies: readonly Strategy[] = [
      ...(maxDemos > 0 ? ['demo' as const] : []),
      ...(run.promptModel.isThere ? ['advice' as const] : []),
    ]
    const student = yield* run.score('student', run.program.state)
    if (student === undefined) return { cut: true }
    if (strategies.length === 0) return yield* chooseOfGiven(run, student)
    const pool = programPool(student)
    const winners: Candidate[] = [student]
    const batches = batchesOf([...run.train.keys()], random)
    let cut = false

    for (let step = 0; step < steps; step += 1) {
      const keep = times(run.scoringCost, Math.min(winners.length, candidates))
      const size = fittingBatch(run, Math.min(batchSize, run.train.length), candidates, keep)
      if (size === undefined) {
        cut = true
        break
      }
      yield { type: 'round-started', name: 'batch', round: step, of: steps }

      // Steps 1 and 2 of DSPy: runs of each row, by programs drawn from the best.
      const rows = batches(size)
      const top = pool.top(candidates)
      const drawn = Array.from({ length: candidates }, (_, sample) =>
        rows.map(
          (row): Ask => ({
            ...{ candidate: pool.draw(random, top, samplingTemperature), part: 'train', row },
            rolloutId: `sample ${sample}`,
            ...(sample === 0 && teacher ? { context: teacherContext(run, teacher) } : { sampling: { temperature: 1 } }),
          }),
        ),
      )
      const runs = yield* run.observe(drawn.flat(), keep)
      if (runs === undefined) {
        cut = true
        break
      }

      // Steps 3 and 4: new programs from the rows whose runs differ most.
      const made: Made[] = step === 0 ? givenPrograms(run, student) : []
      const scores = runs.map(({ score }) => score)
      const learning = yield* learnFrom(run, {
        contrasts: contrastsOf(rows.map((_, place) => runs.filter((_, index) => index % rows.length === place))),
        ...{ low: quantile(scores, 0.1), high: quantile(scores, 0.9) },
        ...{ strategies, pool, random, dropping, maxDemos, demoInputLength, keep },
        ...{ temperature: candidateTemperature, count: candidates, batch: step },
      })
      if (learning === undefined) {
        cut = true
        break
      }
      made.push(...learning)
      if (made.length === 0) continue

      // Steps 5 to 8: the new programs on the same rows; the best of them may be the result.
      const proposed: Candidate[] = []
      for (const { label, state, ...lineage } of made) proposed.push(yield* run.propose(label, state, lineage))
      const tried = yield* run.observe(
        proposed.flatMap(candidate => rows.map((row): Ask => ({ candidate, part: 'train', row }))),
        keep,
      )
      if (tried === undefined) {
        for (const { label } of proposed) yield { type: 'candidate-discarded', label, reason: 'budget' }
        cut = true
        break
      }
      for (const [place, candidate] of proposed.entries()) {
        pool.add(candidate, scoresOf(tried.slice(place * rows.length, (place + 1) * rows.length)))
      }
      const winner = proposed.reduce((best, next) => (pool.averageOf(next) > pool.averageOf(best) ? next : best))
      winners.push(winner)
      for (const loser of proposed) if (loser !== winner) yield dropped(pool, loser, winner, rows.length)
    }

    const finalists: ScoredCandidate[] = [student]
    const chosen = evenlyOf(winners, candidates + 1).slice(1)
    for (const candidate of cut ? chosen.toSorted((a, b) => pool.averageOf(b) - pool.averageOf(a)) : chosen) {
      const scored = yield* run.scoreWhole(candidate)
      if (scored === undefined) {
        cut = true
        break
      }
      finalists.push(scored)
    }
    const best = finalists.reduce((best, next) =>
      next.score > best.score || (next.score === best.score && next.index < best.index) ? next : best,
    )
    return { state: best.state, score: best.score, baseline: student, cut }
  })
}

/** Where nothing can be learned there are only the instructions of the caller. */
async function* chooseOfGiven<Input, Output extends object, Row extends object>(
  run: SearchRun<Input, Output, Row>,
  student: ScoredCandidate,
): AsyncGenerator<SearchEvent, Found, undefined> {
  let best = student
  const message =
    'The prompt model writes no advice and maxDemos is 0, so only given instructions were tried. Give a promptModel that can write, or maxDemos: 4.'
  const warnings = [{ code: 'without-effect' as const, message }]
  for (const { label, state, ...lineage } of givenPrograms(run, student)) {
    const scored = yield* run.score(label, state, lineage)
    if (scored === undefined) return { state: best.state, score: best.score, baseline: student, cut: true, warnings }
    best = better(best, scored)
  }
  return { state: best.state, score: best.score, baseline: student, cut: false, warnings }
}

const givenPrograms = <Input, Output extends object, Row extends object>(
  { givenInstructions }: SearchRun<Input, Output, Row>,
  student: Candidate,
): Made[] =>
  givenInstructions.map((texts, index) => ({
    label: `given instructions ${index + 1}`,
    state: Object.entries(texts).reduce((state, [path, text]) => withInstructions(state, path, text), student.state),
    parents: [student.index],
    change: { by: 'given', paths: Object.keys(texts), parts: ['instructions'] },
  }))

/** Batches in the order of a shuffle, and of a new one where the rest of it is too small. */
const batchesOf = (rows: readonly number[], random: SeededRandom): ((size: number) => readonly number[]) => {
  let order = random.shuffle(rows)
  let next = 0
  return size => {
    if (next + size > order.length) {
      order = random.shuffle(order)
      next = 0
    }
    next += size
    return order.slice(next - size, next)
  }
}

/** The fewest rows by which programs are compared while the training set has more. */
const leastBatch = 4

/** Rows of the next batch: as many as wanted, or as the budget holds with all that is done with them. */
const fittingBatch = <Input, Output extends object, Row extends object>(
  run: SearchRun<Input, Output, Row>,
  wanted: number,
  count: number,
  keep: Spent,
): number | undefined => {
  const runsOfRow = 2 * count + 1
  const questions = count + 1
  const fitting = Math.floor((run.runsThatFit(wanted * runsOfRow + questions, keep) - questions) / runsOfRow)
  return fitting < Math.min(leastBatch, wanted) ? undefined : fitting
}

/** Up to `count` of several, evenly over their order, the first and the last among them. */
const evenlyOf = <T>(items: readonly T[], count: number): readonly T[] => {
  const last = items.length - 1
  const places = new Set(Array.from({ length: count }, (_, index) => halfToEven((index * last) / (count - 1))))
  return items.filter((_, place) => places.has(place))
}

/** As Python rounds: a half goes to the even neighbor. */
const halfToEven = (value: number): number => (value % 1 === 0.5 ? 2 * Math.round(value / 2) : Math.round(value))

const dropped = (pool: ProgramPool, loser: Candidate, winner: Candidate, rows: number): SearchEvent => ({
  type: 'candidate-dropped',
  candidate: loser.index,
  reason: `it scored ${shownAverage(pool, loser)} on the ${rows} rows of the batch, and candidate ${winner.index} ${shownAverage(pool, winner)}`,
})

const shownAverage = (pool: ProgramPool, candidate: Candidate): string => pool.averageOf(candidate).toFixed(3)

const scoresOf = (observations: readonly Observation[]): readonly number[] => observations.map(({ score }) => score)

const times = ({ calls, tokens, usd }: Spent, count: number): Spent => ({
  calls: calls * count,
  tokens: tokens * count,
  usd: usd * count,
})

const aboveZero = (option: string, value: number): void => {
  if (value > 0 && Number.isFinite(value)) return
  throw new ConfigurationError(
    'configuration/invalid',
    `Expected ${option} to be a number above 0, got ${value}. Write ${option}: 0.2.`,
    { option },
  )
}
