import { canonicalJson } from '../data/canonical-json.ts'
import type { SeededRandom } from '../data/seeded-random.ts'
import type { Candidate, Change, ScoredCandidate } from '../search/candidate.ts'
import type { FrontPool } from '../search/candidate-selection.ts'
import { reflectOnCode } from '../search/code-proposer.ts'
import type { ComponentSelector } from '../search/component-selector.ts'
import { type Component, componentText, withComponent } from '../search/components.ts'
import { withInstructions } from '../search/instructions.ts'
import { type MergeHistory, mergeCandidates, telling } from '../search/merge-candidates.ts'
import type { Ask, Observation } from '../search/observation.ts'
import { reflect } from '../search/reflective-proposer.ts'
import type { SearchEvent } from '../search/search-event.ts'
import type { SearchRun } from '../search/search-run.ts'
import type { GepaOptions } from './gepa-options.ts'

/** What the steps of one search share. */
export interface GepaSearch {
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
export async function* tryGiven<Input, Output extends object, Row extends object>(
  run: SearchRun<Input, Output, Row>,
  search: GepaSearch,
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
export async function* tryReflection<Input, Output extends object, Row extends object>(
  run: SearchRun<Input, Output, Row>,
  search: GepaSearch,
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
  { options: { wishes = '', instructionProposer, codeProposer } }: GepaSearch,
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
export async function* tryMerge<Input, Output extends object, Row extends object>(
  run: SearchRun<Input, Output, Row>,
  search: GepaSearch,
  history: MergeHistory,
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
  search: GepaSearch,
  candidate: Candidate,
): Steps<ScoredCandidate> {
  const scored = yield* scoreOnAll(run, candidate, search.options, search.pool)
  if (scored === undefined) return undefined
  search.judged += run.scoring.length
  search.pool.add(scored)
  search.known.add(canonicalJson(scored.state))
  return scored
}

export async function* scoreOnAll<Input, Output extends object, Row extends object>(
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
  search: GepaSearch,
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

export const bestOf = ({ members, best }: FrontPool): ScoredCandidate => members[best] as ScoredCandidate
