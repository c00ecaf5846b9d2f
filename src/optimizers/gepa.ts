import { canonicalJson } from '../data/canonical-json.ts'
import { type SeededRandom, seededRandom } from '../data/seeded-random.ts'
import { ConfigurationError } from '../errors/configuration-error.ts'
import type { Candidate, Change, ScoredCandidate } from '../search/candidate.ts'
import {
  type CandidateSelection,
  candidateSelections,
  type FrontPool,
  frontPool,
} from '../search/candidate-selection.ts'
import { type CodeProposer, reflectOnCode } from '../search/code-proposer.ts'
import { allComponents, type ComponentSelector, roundRobin } from '../search/component-selector.ts'
import { type Component, componentsOf, componentText, withComponent } from '../search/components.ts'
import { epochBatches } from '../search/epoch-batches.ts'
import { withInstructions } from '../search/instructions.ts'
import { mergeCandidates, mergeHistory, telling } from '../search/merge-candidates.ts'
import type { Ask, Observation } from '../search/observation.ts'
import { type InstructionProposer, reflect } from '../search/reflective-proposer.ts'
import type { SearchEvent, Warning } from '../search/search-event.ts'
import type { SearchRun } from '../search/search-run.ts'
import { whole, wholeSeed } from './demo-limits.ts'
import { checkGepaBudget, type GepaBudget, metricCallsOf } from './gepa-budget.ts'
import { optimization } from './optimization.ts'
import type { Optimizer } from './optimizer.ts'

export interface GepaOptions extends GepaBudget {
  /** Training rows on which a proposal is made, and tried before it is scored. */
  readonly reflectionMinibatchSize?: number // dspy 3.4.1: reflection_minibatch_size=3
  readonly candidateSelection?: CandidateSelection // dspy 3.4.1: candidate_selection_strategy='pareto'
  /** Whether a batch without a failure is passed over. */
  readonly skipPerfectScore?: boolean // dspy 3.4.1: skip_perfect_score=True
  /** Which texts an iteration rewrites: one after the other, all at once, or what a function of your own says. */
  readonly componentSelector?: 'round-robin' | 'all' | ComponentSelector // dspy 3.4.1: component_selector='round_robin'
  /** Whether candidates that improved different texts are put together. */
  readonly useMerge?: boolean // dspy 3.4.1: use_merge=True
  /** Such candidates that may be taken in. */
  readonly maxMergeInvocations?: number // dspy 3.4.1: max_merge_invocations=5
  /** The score of a row whose program or metric failed. */
  readonly failureScore?: number // dspy 3.4.1: failure_score=0.0
  /** The score from which there is nothing to improve. */
  readonly perfectScore?: number // dspy 3.4.1: perfect_score=1.0
  /** Tells by `best-output` events the best predictions so far for each scoring row. */
  readonly trackBestOutputs?: boolean // dspy 3.4.1: track_best_outputs=False
  /** Who writes instructions, in the place of our proposer. */
  readonly instructionProposer?: InstructionProposer // dspy 3.4.1: instruction_proposer=None
  /** Who writes the code of a `flex`, in the place of our proposer. */
  readonly codeProposer?: CodeProposer // dspy 3.4.1: code_proposer=None
  /** Wishes that every proposal has to meet: "Write in German." */
  readonly wishes?: string // dspy 3.4.1: InstructionProposer(additional_instructions=None)
  readonly seed?: number // dspy 3.4.1: 0
}

/**
 * Reflective evolution of instructions: a candidate runs on a few training rows, a prompt model reads what came of it and
 * rewrites the instructions of one predictor, and the child that does better on these rows is scored on the development
 * set and joins the others. Parents are drawn from the Pareto front over the rows, where every candidate that is best on
 * some row survives; candidates that improved different predictors are merged. The result is the best mean.
 *
 * What the metric says in `feedback` is what the prompt model learns from; a metric that reads `scope.predictor` may say
 * it for each predictor. The code of a `flex` is rewritten as well; it runs in the sandbox only.
 *
 * Costs as many judged runs of the program as `auto`, `maxFullEvals` or `maxMetricCalls` says, and a call of the prompt
 * model for each iteration; what was run before is judged again for nothing.
 *
 * Differs from DSPy 3.4.1 (`GEPA`, on gepa 0.1.4):
 * - without a limit it is `light`, where DSPy refuses to begin;
 * - the search ends when the best candidate is perfect on every scoring row, or the prompt model gave nothing usable in
 *   its first ten answers;
 * - answers that could not be read are always shown to the prompt model (`add_format_failure_as_feedback=True`), with what
 *   else `reflect` says; several predictors of one iteration are asked for at once;
 * - a child equal to a candidate before is not tried again;
 * - merges are also made where there are fewer than five scoring rows; ancestors are drawn alike where all have a score of 0;
 * - a candidate's turn of predictors begins where its parents are when it is first chosen, not when it was made;
 * - a metric sees no trace while it scores the code of a `flex`;
 * - `problem.instructions` are candidates from the start;
 * - the dice are CPython's in gepa's order, but for ties inside Python's sets.
 *
 * @see Agrawal et al. 2025, arXiv:2507.19457
 * @throws ConfigurationError `configuration/invalid` for a setting out of range
 * @example
 * const metric = (row, { answer }) => ({
 *   score: answer === row.answer ? 1 : 0,
 *   passed: answer === row.answer,
 *   feedback: `The answer is ${row.answer}: ${row.why}`,
 * })
 * const { program, candidates } = await gepa({ auto: 'medium' }).optimize(student, { train, dev, metric, model, promptModel })
 * const survivors = paretoFront(candidates)
 */
export const gepa = (options: GepaOptions = {}): Optimizer => {
  const {
    reflectionMinibatchSize = 3,
    candidateSelection = 'pareto',
    componentSelector = 'round-robin',
    maxMergeInvocations = 5,
    seed = 0,
  } = options
  checkGepaBudget(options)
  whole('reflectionMinibatchSize', reflectionMinibatchSize, 1)
  whole('maxMergeInvocations', maxMergeInvocations, 0)
  wholeSeed(seed)
  oneOf('candidateSelection', candidateSelection, candidateSelections)
  if (typeof componentSelector === 'string') oneOf('componentSelector', componentSelector, ['round-robin', 'all'])

  return optimization('gepa', seed, async function* (run) {
    const { useMerge = true, skipPerfectScore = true, perfectScore = 1 } = options
    const components = componentsOf(run.program)
    const mostJudged = metricCallsOf(options, {
      ...{ components: components.length, train: run.train.length, dev: run.hasDev ? run.dev.length : 0 },
    })
    const student = yield* scoreOnAll(run, yield* run.propose('student', run.program.state), options)
    if (student === undefined) return { cut: true }
    const search: Search = {
      ...{ options, components, student },
      pool: frontPool(student),
      random: seededRandom(run.seed),
      known: new Set([canonicalJson(student.state)]),
      judged: run.scoring.length,
    }
    const found = (cut: boolean, warnings: readonly Warning[] = []) => {
      const { state, score } = bestOf(search.pool)
      return { state, score, baseline: student, cut, warnings }
    }
    if (!(yield* tryGiven(run, search))) return found(true)
    if (components.length === 0) return found(false, [nothingToWrite])
    if (!run.promptModel.isThere) return found(false, [noWriter])

    const batchOf = epochBatches(run.train.length, reflectionMinibatchSize, search.random)
    const selectComponents = selectorOf(componentSelector)
    const merging = { due: 0, made: 0, history: mergeHistory() }
    let isNew = false
    for (let iteration = 0; search.judged < mostJudged; iteration += 1) {
      if (skipPerfectScore && bestOf(search.pool).scores.every(score => score >= perfectScore)) break
      const { asked, failed } = run.promptModel.record
      if (asked >= patience && failed === asked) break
      yield { type: 'round-started', name: 'iteration', round: iteration }

      if (useMerge && isNew && merging.due > 0) {
        isNew = false
        const merge = yield* tryMerge(run, search, merging.history)
        if (merge === undefined) return found(true)
        if (merge === 'taken') {
          merging.due -= 1
          merging.made += 1
        }
        if (merge !== 'none') continue
      }

      isNew = false
      const parent = search.pool.members[search.pool.select(candidateSelection, search.random)] ?? student
      const child = yield* tryReflection(run, search, { parent, rows: batchOf(iteration), selectComponents, iteration })
      if (child === undefined) return found(true)
      if (child === 'none') continue
      isNew = true
      if (merging.made < maxMergeInvocations) merging.due += 1
    }
    return found(false)
  })
}

const nothingToWrite: Warning = {
  code: 'without-effect',
  message:
    'GEPA rewrites the instructions of predictors and the JavaScript of a flex, and the program has neither. Give a program that asks a model.',
}

const noWriter: Warning = {
  code: 'no-proposals',
  message:
    'The prompt model cannot write instructions, so that only given instructions were searched. Give another promptModel, or instructions of your own in the problem.',
}

/** Answers of the prompt model that may all be of no use before the search gives up. */
const patience = 10

/** What the steps of one search share. */
interface Search {
  readonly options: GepaOptions
  readonly components: readonly Component[]
  readonly student: ScoredCandidate
  readonly pool: FrontPool
  readonly random: SeededRandom
  /** The states in the pool. */
  readonly known: Set<string>
  /** Runs that the metric judged so far, those that cost nothing included. */
  judged: number
}

type Steps<Result> = AsyncGenerator<SearchEvent, Result | undefined, undefined>

/** The caller's instructions as candidates; false where the budget ended within one. */
async function* tryGiven<Input, Output extends object, Row extends object>(
  run: SearchRun<Input, Output, Row>,
  search: Search,
): AsyncGenerator<SearchEvent, boolean, undefined> {
  for (const [index, texts] of run.givenInstructions.entries()) {
    const state = Object.entries(texts).reduce(
      (state, [path, text]) => withInstructions(state, path, text),
      search.student.state,
    )
    if (search.known.has(canonicalJson(state))) continue
    const change: Change = { by: 'given', paths: Object.keys(texts), parts: ['instructions'] }
    const lineage = { parents: [search.student.index], change }
    const candidate = yield* run.propose(`given instructions ${index + 1}`, state, lineage)
    if ((yield* join(run, search, candidate)) === undefined) return false
  }
  return true
}

/** One iteration: reflects on what a parent does with a few rows, and takes in a child that does better on them. */
async function* tryReflection<Input, Output extends object, Row extends object>(
  run: SearchRun<Input, Output, Row>,
  search: Search,
  step: {
    readonly parent: ScoredCandidate
    readonly rows: readonly number[]
    readonly selectComponents: ComponentSelector
    readonly iteration: number
  },
): Steps<'taken' | 'none'> {
  const { parent, rows, selectComponents, iteration } = step
  const { skipPerfectScore = true, perfectScore = 1 } = search.options
  const before = yield* judge(run, search, asksOf(parent, 'train', rows))
  if (before === undefined) return undefined
  if (skipPerfectScore && before.every(({ score }) => score >= perfectScore)) return 'none'
  const chosen = selectComponents(parent, search.components, before)
  const texts = yield* rewrite(run, search, parent, chosen, before)
  if (texts === undefined) return undefined
  const changed = chosen.filter(component => texts.has(component))
  const state = changed.reduce(
    (state, component) => withComponent(state, component, texts.get(component) ?? ''),
    parent.state,
  )
  if (changed.length === 0 || search.known.has(canonicalJson(state))) return 'none'
  const lineage = { parents: [parent.index], change: changeOf('reflection', changed) }
  const child = yield* run.propose(`reflection ${iteration + 1}`, state, lineage)
  const after = yield* judge(run, search, asksOf(child, 'train', rows))
  if (after === undefined) return yield* discarded(child)
  const [sumBefore, sumAfter] = [sumOf(before), sumOf(after)]
  if (sumAfter <= sumBefore) {
    const reason = `It scored ${sumAfter} on ${rows.length} rows, candidate ${parent.index} ${sumBefore}.`
    yield { type: 'candidate-dropped', candidate: child.index, reason }
    return 'none'
  }
  return (yield* join(run, search, child)) && 'taken'
}

/** New texts for components of a parent; undefined where the budget ended within the questions. */
async function* rewrite<Input, Output extends object, Row extends object>(
  run: SearchRun<Input, Output, Row>,
  { options: { wishes = '', instructionProposer, codeProposer } }: Search,
  candidate: Candidate,
  components: readonly Component[],
  observations: readonly Observation[],
): Steps<ReadonlyMap<Component, string>> {
  const texts = new Map<Component, string>()
  const instructed = components.filter(({ part }) => part === 'instructions')
  const coded = components.filter(({ part }) => part === 'code')
  const asksFor = (wanted: readonly Component[]) => wanted.map(({ path }) => ({ candidate, path, observations }))
  const instructions = yield* reflect(run, asksFor(instructed), {
    wishes,
    ...(instructionProposer && { proposer: instructionProposer }),
  })
  if (instructions === undefined) return undefined
  const sources = yield* reflectOnCode(run, asksFor(coded), { wishes, ...(codeProposer && { proposer: codeProposer }) })
  if (sources === undefined) return undefined
  for (const [place, component] of [...instructed, ...coded].entries()) {
    const text = [...instructions, ...sources][place]
    if (text !== undefined) texts.set(component, text)
  }
  return texts
}

/** Puts two candidates of the front together, and takes in what is no worse than the better of them on telling rows. */
async function* tryMerge<Input, Output extends object, Row extends object>(
  run: SearchRun<Input, Output, Row>,
  search: Search,
  history: ReturnType<typeof mergeHistory>,
): Steps<'taken' | 'dropped' | 'none'> {
  const { pool, components, random } = search
  const { members } = pool
  const placeOf = new Map(members.map(({ index }, place) => [index, place]))
  const mergeable = members.map(({ state, score, parents = [] }) => ({
    ...{ state, score },
    parents: parents.flatMap(parent => placeOf.get(parent) ?? []),
  }))
  const among = [...new Set(pool.fronts.flat())].toSorted((a, b) => a - b)
  const merge = mergeCandidates(mergeable, among, components, random, history)
  if (merge === undefined || search.known.has(canonicalJson(merge.state))) return 'none'
  const [one = search.student, other = search.student] = merge.pair.map(place => members[place])
  const changed = components.filter(
    component => componentText(merge.state, component) !== componentText(one.state, component),
  )
  const lineage = { parents: [one.index, other.index], change: changeOf('merge', changed) }
  const child = yield* run.propose(`merge of ${one.index} and ${other.index}`, merge.state, lineage)
  const rows = telling(one.scores, other.scores, random)
  const after = yield* judge(run, search, asksOf(child, run.scoringPart, rows))
  if (after === undefined) return yield* discarded(child)
  const sums = [one, other].map(({ scores }) => rows.reduce((sum, row) => sum + (scores[row] ?? 0), 0))
  if (sumOf(after) < Math.max(...sums)) {
    const reason = `It scored ${sumOf(after)} on ${rows.length} rows, its parents ${sums.join(' and ')}.`
    yield { type: 'candidate-dropped', candidate: child.index, reason }
    return 'dropped'
  }
  return (yield* join(run, search, child)) && 'taken'
}

/** Scores a candidate on every scoring row and takes it in; undefined where the budget ended within it. */
async function* join<Input, Output extends object, Row extends object>(
  run: SearchRun<Input, Output, Row>,
  search: Search,
  candidate: Candidate,
): Steps<ScoredCandidate> {
  const scored = yield* scoreOnAll(run, candidate, search.options, search.pool)
  if (scored === undefined) return undefined
  search.judged += run.scoring.length
  search.pool.add(scored)
  search.known.add(canonicalJson(scored.state))
  return scored
}

async function* scoreOnAll<Input, Output extends object, Row extends object>(
  run: SearchRun<Input, Output, Row>,
  candidate: Candidate,
  { failureScore = 0, trackBestOutputs = false }: GepaOptions,
  pool?: FrontPool,
): Steps<ScoredCandidate> {
  const observed = yield* run.observe(asksOf(candidate, run.scoringPart, [...run.scoring.keys()]))
  if (observed === undefined) return yield* discarded(candidate)
  const observations = withFailureScore(observed, failureScore)
  for (const { row, score, prediction } of trackBestOutputs ? observations : []) {
    const before = Math.max(...(pool?.members ?? []).map(({ scores }) => scores[row] ?? 0), Number.NEGATIVE_INFINITY)
    if (prediction === undefined || score < before) continue
    yield { type: 'best-output', candidate: candidate.index, row, score, prediction }
  }
  return yield* run.enter(candidate, observations)
}

/** Runs of a program that count as judged. */
async function* judge<Input, Output extends object, Row extends object>(
  run: SearchRun<Input, Output, Row>,
  search: Search,
  asks: readonly Ask[],
): Steps<readonly Observation[]> {
  const observed = yield* run.observe(asks)
  search.judged += asks.length
  return observed && withFailureScore(observed, search.options.failureScore ?? 0)
}

function* discarded({ label }: Candidate): Generator<SearchEvent, undefined, undefined> {
  yield { type: 'candidate-discarded', label, reason: 'budget' }
}

const withFailureScore = (observations: readonly Observation[], failureScore: number): readonly Observation[] =>
  observations.map(observation =>
    observation.error === undefined ? observation : { ...observation, score: failureScore },
  )

const asksOf = (candidate: Candidate, part: Ask['part'], rows: readonly number[]): readonly Ask[] =>
  rows.map(row => ({ candidate, part, row }))

const sumOf = (observations: readonly Observation[]): number => observations.reduce((sum, { score }) => sum + score, 0)

const changeOf = (by: string, components: readonly Component[]): Change => ({
  by,
  paths: components.map(({ path }) => path),
  parts: [...new Set(components.map(({ part }) => part))],
})

const bestOf = ({ members, best }: FrontPool): ScoredCandidate => members[best] as ScoredCandidate

/** A selector of this search alone: one that keeps count must not go on where another search ended. */
const selectorOf = (selector: 'round-robin' | 'all' | ComponentSelector): ComponentSelector =>
  selector === 'round-robin' ? roundRobin() : selector === 'all' ? allComponents : selector

const oneOf = (option: string, value: string, allowed: readonly string[]): void => {
  if (allowed.includes(value)) return
  throw new ConfigurationError(
    'configuration/invalid',
    `Expected ${option} to be one of ${allowed.join(', ')}, got ${value}. Write ${option}: '${allowed[0]}'.`,
    { option },
  )
}
