import { canonicalJson } from '../data/canonical-json.ts'
import { derive, type SeededRandom, seededRandom } from '../data/seeded-random.ts'
import { ConfigurationError } from '../errors/configuration-error.ts'
import type { Context } from '../ports/context.ts'
import type { Demo, ProgramState } from '../ports/module.ts'
import { advise, withAdvice } from '../search/advise.ts'
import type { Spent } from '../search/budget.ts'
import type { Candidate, ChangedPart, ScoredCandidate } from '../search/candidate.ts'
import { type Contrast, contrastsOf, quantile } from '../search/contrast.ts'
import { withDemos } from '../search/demos.ts'
import { teacherContext } from '../search/few-shot.ts'
import { withInstructions } from '../search/instructions.ts'
import type { Ask, Observation } from '../search/observation.ts'
import { poisson } from '../search/poisson.ts'
import { type ProgramPool, programPool } from '../search/program-pool.ts'
import { shortened } from '../search/rows-as-text.ts'
import type { SearchEvent } from '../search/search-event.ts'
import type { SearchRun } from '../search/search-run.ts'
import { whole, wholeSeed } from './demo-limits.ts'
import { optimization } from './optimization.ts'
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

type Strategy = 'demo' | 'advice'

/** A program to try. */
interface Made {
  readonly label: string
  readonly state: ProgramState
  readonly parents: readonly number[]
  readonly change: { readonly by: string; readonly paths: readonly string[]; readonly parts: readonly ChangedPart[] }
}

interface Lesson {
  /** The rows' runs, the most telling first. */
  readonly contrasts: readonly Contrast[]
  /** Scores of the batch below which a tenth lies, and above which a tenth lies. */
  readonly low: number
  readonly high: number
  readonly strategies: readonly Strategy[]
  readonly pool: ProgramPool
  readonly random: SeededRandom
  readonly dropping: SeededRandom
  readonly maxDemos: number
  readonly demoInputLength: number
  readonly temperature: number
  /** Runs of each row: one more programs are made. */
  readonly count: number
  readonly batch: number
  readonly keep: Spent
}

/** Makes programs of what the runs teach; undefined where the budget ended within it. */
async function* learnFrom<Input, Output extends object, Row extends object>(
  run: SearchRun<Input, Output, Row>,
  lesson: Lesson,
): AsyncGenerator<SearchEvent, readonly Made[] | undefined, undefined> {
  const { contrasts, pool, random, count, batch } = lesson
  const made: Made[] = []
  const known = new Set<string>()
  if (lesson.strategies.length === 0) return made
  // As many rows at once as programs are missing: their questions to the prompt model go out together.
  for (let next = 0; next < contrasts.length && made.length <= count; ) {
    const taken = contrasts.slice(next, next + count + 1 - made.length).map(contrast => {
      const source = pool.draw(random, pool.top(count), lesson.temperature)
      const thinned = withFewerDemos(source.state, lesson)
      return { contrast, source, thinned, strategy: random.choice(lesson.strategies) }
    })
    next += taken.length
    const asking = taken.filter(({ strategy, contrast }) => strategy === 'advice' && isAdviceWorthy(contrast, lesson))
    const advices =
      asking.length === 0
        ? []
        : yield* advise(
            run,
            asking.map(({ contrast, thinned }) => ({ state: thinned, ...runsToCompare(contrast, lesson) })),
            lesson.keep,
          )
    if (advices === undefined) return undefined
    for (const one of taken) {
      const { contrast, source, thinned, strategy } = one
      const place = asking.indexOf(one)
      const advice = advices[place]
      if (place >= 0 && advice === undefined) continue // the prompt model failed
      const demos = strategy === 'demo' ? demosOf(contrast.good, lesson) : undefined
      const state = advice ? withAdvice(thinned, advice) : demos ? withMoreDemos(thinned, demos) : thinned
      const text = canonicalJson(state)
      if (text === canonicalJson(source.state) || known.has(text)) continue
      known.add(text)
      const row = contrast.good.row
      made.push({
        label: `batch ${batch}, ${advice ? 'advice' : demos ? 'demo' : 'fewer demos'} of row ${row}`,
        state,
        parents: [source.index],
        change: {
          by: advice ? 'advice' : demos ? 'bootstrap' : 'fewer demos',
          ...changesOf(source.state, state),
        },
      })
    }
  }
  return made
}

/** Drops demos at random: more where there are many, at least one where there are as many as may be. */
const withFewerDemos = (state: ProgramState, { maxDemos, random, dropping }: Lesson): ProgramState => {
  const most = maxDemos > 0 ? maxDemos : 3 // dspy 3.4.1: max_demos_tmp
  const held = Math.max(0, ...Object.values(state).map(({ demos }) => demos.length))
  const count = Math.min(held, Math.max(poisson(dropping, held / most), held >= most ? 1 : 0))
  const places = new Set(Array.from({ length: count }, () => random.integer(0, held - 1)))
  return places.size === 0
    ? state
    : withDemos(state, path => (state[path]?.demos ?? []).filter((_, place) => !places.has(place)))
}

/** The last call of each predictor of a run, where the run is better than the lowest tenth of the batch. */
const demosOf = (
  { score, trace }: Observation,
  { low, demoInputLength }: Lesson,
): ReadonlyMap<string, Demo> | undefined =>
  score <= low || trace.length === 0
    ? undefined
    : new Map(
        trace.map(({ path, input, output }) => {
          const shown = Object.entries(input).map(([name, value]) => [
            name,
            typeof value === 'string' ? shortened(value, demoInputLength) : value,
          ])
          return [path, { augmented: true, ...Object.fromEntries(shown), ...output }]
        }),
      )

const withMoreDemos = (state: ProgramState, more: ReadonlyMap<string, Demo>): ProgramState =>
  withDemos(state, path => {
    const demo = more.get(path)
    return [...(state[path]?.demos ?? []), ...(demo ? [demo] : [])]
  })

/** Whether the good run is good, and the bad run bad, beside the others of the batch. */
const isAdviceWorthy = ({ good, bad }: Contrast, { low, high }: Lesson): boolean =>
  good.score > low && bad.score < high && (good.trace.length > 0 || bad.trace.length > 0)

/** Of runs that are as good as each other one is shown alone. */
const runsToCompare = ({ good, bad, gap }: Contrast, { high }: Lesson) =>
  gap > 0 ? { better: good, worse: bad } : good.score > high ? { better: good } : { worse: bad }

const changesOf = (before: ProgramState, after: ProgramState): Pick<Made['change'], 'paths' | 'parts'> => {
  const paths = Object.keys(after)
  const advised = paths.filter(path => before[path]?.signature.instructions !== after[path]?.signature.instructions)
  const shown = paths.filter(path => canonicalJson(before[path]?.demos) !== canonicalJson(after[path]?.demos))
  return {
    paths: paths.filter(path => advised.includes(path) || shown.includes(path)),
    parts: [...(advised.length > 0 ? ['instructions' as const] : []), ...(shown.length > 0 ? ['demos' as const] : [])],
  }
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
