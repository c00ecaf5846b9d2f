import { canonicalJson } from '../data/canonical-json.ts'
import type { SeededRandom } from '../data/seeded-random.ts'
import type { Demo, ProgramState } from '../ports/module.ts'
import type { Spent } from './budget.ts'
import type { Candidate, Change } from './candidate.ts'
import { instructionsOf, withInstructions, withPredictor } from './instructions.ts'
import type { Observation, Part } from './observation.ts'
import type { SearchEvent } from './search-event.ts'
import type { SearchRun } from './search-run.ts'
import { type ParzenTrial, treeParzenEstimator } from './tree-parzen-estimator.ts'

/** What each predictor could know: the first of each list is what it knows now. */
export interface Choices {
  readonly instructions: ReadonlyMap<string, readonly string[]>
  /** Absent where demos stay as they are. */
  readonly demos?: ReadonlyMap<string, readonly (readonly Demo[])[]>
}

export interface ParzenSearchPlan {
  readonly choices: Choices
  /** The student, and what it did with the rows. */
  readonly student: Candidate
  readonly observations: readonly Observation[]
  /** Where candidates are scored. */
  readonly part: Part
  readonly rows: readonly number[]
  readonly trials: number
  /** Rows of a trial; a trial is a full evaluation where there are no more rows than these. */
  readonly batchSize: number
  /** Trials after which the best so far is scored on all rows. */
  readonly fullEvaluationEvery: number
  /** Draws what to try. */
  readonly dice: SeededRandom
  /** Draws the rows of the trials. */
  readonly batches: SeededRandom
}

export interface ParzenSearched {
  /** Trials made. */
  readonly trials: number
  /** Whether the budget ended before all trials were made. */
  readonly cut: boolean
}

/**
 * Looks for the best combination of instructions and demos: a tree-structured Parzen estimator suggests one, a batch of rows judges it,
 * and now and then the combination with the best mean is scored on all rows, which alone enters it into the race.
 *
 * No trial begins that the budget could not hold together with a full evaluation; what was observed of a combination costs
 * nothing again.
 */
export async function* parzenSearch<Input, Output extends object, Row extends object>(
  run: SearchRun<Input, Output, Row>,
  plan: ParzenSearchPlan,
): AsyncGenerator<SearchEvent, ParzenSearched, undefined> {
  const { student, part, rows, batches, dice } = plan
  const space = searchSpace(run.program.state, plan.choices)
  const sampler = treeParzenEstimator(space.sizes)
  const batchSize = Math.min(plan.batchSize, rows.length)
  const isWhole = batchSize === rows.length
  const first = space.sizes.map(() => 0)
  const history: ParzenTrial[] = [{ choices: first, value: mean(plan.observations) }]
  const combinations = new Map<string, Combination>([
    [String(first), { choices: first, candidate: student, values: [], seen: new Set(rows), isScored: true }],
  ])

  const fits = (count: number): boolean => count === 0 || run.runsThatFit(enough) >= count
  const unseen = ({ seen }: Combination, wanted: readonly number[]): number =>
    wanted.filter(row => !seen.has(row)).length

  async function* observe(
    { candidate, seen }: Combination,
    wanted: readonly number[],
    keep?: Spent,
  ): AsyncGenerator<SearchEvent, readonly Observation[] | undefined, undefined> {
    const observations = yield* run.observe(
      wanted.map(row => ({ candidate, part, row })),
      keep,
    )
    if (observations !== undefined) for (const row of wanted) seen.add(row)
    return observations
  }

  /** Scores on all rows what has the best mean of those that were not. */
  async function* scoreBest(): AsyncGenerator<SearchEvent, boolean, undefined> {
    const best = bestOf(combinations.values())
    if (best === undefined) return true
    if (!fits(unseen(best, rows))) return false
    const observations = yield* observe(best, rows)
    if (observations === undefined) {
      yield { type: 'candidate-discarded', label: best.candidate.label, reason: 'budget' }
      return false
    }
    best.isScored = true
    history.push({ choices: best.choices, value: mean(observations) })
    yield* run.enter(best.candidate, observations)
    return true
  }

  /** What to try next: a combination of which not all is known, if a few draws find one. */
  const drawn = (): readonly number[] => {
    let choices = sampler.suggest(history, dice)
    for (let more = 0; more < redraws && combinations.get(String(choices))?.isScored; more += 1)
      choices = sampler.suggest(history, dice)
    return choices
  }

  for (let trial = 1; trial <= plan.trials; trial += 1) {
    const choices = drawn()
    const batch = isWhole ? rows : batches.sample(rows, batchSize)
    const known = combinations.get(String(choices))
    const toFill = isWhole ? 0 : rows.length - batchSize
    const toSee = known === undefined ? batchSize : unseen(known, batch)
    if (!fits(toSee + toFill)) {
      if (!isWhole) yield* scoreBest()
      return { trials: trial - 1, cut: true }
    }
    yield { type: 'round-started', name: 'trial', round: trial, of: plan.trials }
    const combination = known ?? (yield* propose(run, space, choices, student, trial))
    combinations.set(String(choices), combination)
    const observations = yield* observe(combination, batch)
    if (observations === undefined) {
      yield { type: 'candidate-discarded', label: combination.candidate.label, reason: 'budget' }
      return { trials: trial - 1, cut: true }
    }
    const value = mean(observations)
    history.push({ choices, value })
    combination.values.push(value)
    if (isWhole) {
      if (!combination.isScored) yield* run.enter(combination.candidate, observations)
      combination.isScored = true
    } else if (trial % plan.fullEvaluationEvery === 0 || trial === plan.trials) {
      if (!(yield* scoreBest())) return { trials: trial, cut: true }
    }
  }
  return { trials: plan.trials, cut: false }
}

/** Draws in search of a combination that is not known on all rows. */
const redraws = 24

/** More runs than any budget is asked for. */
const enough = 1e9

/** A combination of choices and what is known of it. */
interface Combination {
  readonly choices: readonly number[]
  readonly candidate: Candidate
  /** The means of its trials. */
  readonly values: number[]
  readonly seen: Set<number>
  isScored: boolean
}

/** The best mean of those not scored on all rows; the earliest where they tie. */
const bestOf = (combinations: Iterable<Combination>): Combination | undefined => {
  let best: { readonly combination: Combination; readonly value: number } | undefined
  for (const combination of combinations) {
    const { values, isScored } = combination
    if (isScored || values.length === 0) continue
    const value = values.reduce((sum, each) => sum + each, 0) / values.length
    if (best === undefined || value > best.value) best = { combination, value }
  }
  return best?.combination
}

interface SearchSpace {
  /** The number of choices of each parameter. */
  readonly sizes: readonly number[]
  stateOf(choices: readonly number[]): ProgramState
}

/** Two parameters for each predictor: its instructions and, where there are some, its demos. */
const searchSpace = (student: ProgramState, { instructions, demos }: Choices): SearchSpace => {
  const parameters = Object.keys(student).flatMap(path => {
    const texts = instructions.get(path) ?? [instructionsOf(student, path)]
    const sets = demos?.get(path) ?? [student[path]?.demos ?? []]
    return [
      {
        size: texts.length,
        set: (state: ProgramState, choice: number): ProgramState => withInstructions(state, path, texts[choice] ?? ''),
      },
      {
        size: sets.length,
        set: (state: ProgramState, choice: number): ProgramState =>
          withPredictor(state, path, predictor => ({ ...predictor, demos: sets[choice] ?? [] })),
      },
    ]
  })
  return {
    sizes: parameters.map(({ size }) => size),
    stateOf: choices => parameters.reduce((state, { set }, place) => set(state, choices[place] ?? 0), student),
  }
}

function* propose<Input, Output extends object, Row extends object>(
  run: SearchRun<Input, Output, Row>,
  space: SearchSpace,
  choices: readonly number[],
  student: Candidate,
  trial: number,
): Generator<SearchEvent, Combination, undefined> {
  const state = space.stateOf(choices)
  const change = changeOf(student.state, state)
  const candidate = yield* run.propose(`trial ${trial}`, state, { parents: [student.index], ...(change && { change }) })
  return { choices, candidate, values: [], seen: new Set(), isScored: false }
}

/** What differs between two states. */
const changeOf = (before: ProgramState, after: ProgramState): Change | undefined => {
  const differing = (part: (state: ProgramState, path: string) => unknown): readonly string[] =>
    Object.keys(after).filter(path => canonicalJson(part(before, path)) !== canonicalJson(part(after, path)))
  const told = differing(instructionsOf)
  const shown = differing((state, path) => state[path]?.demos ?? [])
  const paths = Object.keys(after).filter(path => told.includes(path) || shown.includes(path))
  if (paths.length === 0) return undefined
  return {
    by: told.length > 0 ? 'grounded' : 'bootstrap',
    paths,
    parts: [...(told.length > 0 ? ['instructions' as const] : []), ...(shown.length > 0 ? ['demos' as const] : [])],
  }
}

const mean = (observations: readonly Observation[]): number =>
  observations.reduce((sum, { score }) => sum + score, 0) / Math.max(1, observations.length)
