import { canonicalJson } from '../data/canonical-json.ts'
import { mean, meanInterval } from '../evaluation/statistics.ts'
import type { ProgramState } from '../ports/module.ts'
import type { Candidate } from './candidate.ts'

/** What one predictor brought. */
export interface PredictorGain {
  readonly path: string
  /** Its part in the gain of the result over the student; the parts add up to the whole gain. */
  readonly gain: number
  /** The 95 % confidence interval of the gain over the rows. */
  readonly low: number
  readonly high: number
  /** The candidates on the way to the result that changed it, by index. */
  readonly candidates: readonly number[]
  /** Whether it changed together with others in a step that nothing tells apart: then each has an equal part of it. */
  readonly shared: boolean
}

/** What a gain is attributed by. */
export interface Attributable {
  readonly state: ProgramState
  /** By index; the first is the student, or else what came from it. */
  readonly proposed: readonly Candidate[]
  /** The scores a state has, by row. */
  scoresOf(state: ProgramState): Scores
}

type Scores = ReadonlyMap<number, number>

/** A candidate with its scores. */
interface Known {
  readonly candidate: Candidate
  readonly scores: Scores
}

/**
 * Says which predictors the gain of a result comes from, from the scores the run has paid for: no model is asked.
 *
 * Goes from the result to the student by the lineage of candidates, from one that was scored to the next. What a step gained
 * belongs to the predictors it changed. Where it changed several, other candidates that hold some of the changes tell them
 * apart, in every order in which that is known (the Shapley value where all are); else they share alike.
 *
 * It tells what happened in this run, on the rows the result was chosen by, as far as all on the way were scored on them.
 * What a predictor would be worth without the others may be another matter.
 *
 * @returns a gain for each predictor, in program order; none where the result or the student was not scored
 */
export const attributeGain = ({ state, proposed, scoresOf }: Attributable): readonly PredictorGain[] => {
  const way = wayTo(state, proposed, scoresOf)
  const result = way.at(-1)
  if (result === undefined) return []
  const rows = [...result.scores.keys()].filter(row => way.every(({ scores }) => scores.has(row)))
  if (rows.length === 0) return []
  const parts = new Map(Object.keys(state).map(path => [path, newPart(rows.length)]))
  for (const [place, after] of way.entries()) {
    const before = way[place - 1]
    if (before === undefined) continue
    const paths = changedPaths(before.candidate.state, after.candidate.state)
    const known = sharesOf(before, after, paths, rows, proposed, scoresOf)
    const evenly = gains(before.scores, after.scores, rows).map(gain => gain / paths.length)
    for (const path of paths) {
      const part = parts.get(path)
      if (part === undefined) continue
      addTo(part.rows, known?.get(path) ?? evenly)
      part.candidates.push(after.candidate.index)
      part.shared ||= known === undefined
    }
  }
  return Array.from(parts, ([path, { rows, candidates, shared }]) => {
    const { mean: gain, low, high } = candidates.length > 0 ? meanInterval(rows) : { mean: 0, low: 0, high: 0 }
    return { path, gain, low, high, candidates, shared }
  })
}

interface Part {
  readonly rows: number[]
  readonly candidates: number[]
  shared: boolean
}

const newPart = (rows: number): Part => ({ rows: zeros(rows), candidates: [], shared: false })

const zeros = (count: number): number[] => new Array<number>(count).fill(0)

const gains = (before: Scores, after: Scores, rows: readonly number[]): readonly number[] =>
  rows.map(row => (after.get(row) ?? 0) - (before.get(row) ?? 0))

const addTo = (sums: number[], values: readonly number[]): void => {
  for (const [place, value] of values.entries()) sums[place] = (sums[place] ?? 0) + value
}

/**
 * From the student to the candidate of a state: the ancestors that were scored on at least half of its rows, of several
 * parents the one that scored best. Empty where the ends were not scored.
 */
const wayTo = (
  state: ProgramState,
  proposed: readonly Candidate[],
  scoresOf: Attributable['scoresOf'],
): readonly Known[] => {
  const text = canonicalJson(state)
  const last = proposed.find(candidate => canonicalJson(candidate.state) === text)
  const student = proposed[0]
  if (last === undefined || student === undefined) return []
  const known = (candidate: Candidate): Known => ({ candidate, scores: scoresOf(candidate.state) })
  const result = known(last)
  const first = known(student)
  if (result.scores.size === 0 || first.scores.size === 0) return []
  const way = [result]
  // A parent was proposed before its child, so this ends.
  for (let present: Candidate = last; ; ) {
    const parents = (present.parents ?? [])
      .flatMap(index => (index < present.index ? (proposed[index] ?? []) : []))
      .map(known)
      .toSorted((a, b) => averageOf(b.scores) - averageOf(a.scores))
    const [parent] = parents
    if (parent === undefined || parent.candidate === student) break
    const shared = [...result.scores.keys()].filter(row => parent.scores.has(row)).length
    if (2 * shared >= result.scores.size) way.push(parent)
    present = parent.candidate
  }
  return last === student ? [] : [first, ...way.toReversed()]
}

const averageOf = (scores: Scores): number => (scores.size === 0 ? -1 : mean([...scores.values()]))

const changedPaths = (before: ProgramState, after: ProgramState): readonly string[] =>
  Object.keys(after).filter(path => canonicalJson(before[path] ?? null) !== canonicalJson(after[path] ?? null))

/** Predictors changed at once whose orders are still gone through: 5 have 120. */
const mostTogether = 5

/**
 * What each of the changed predictors gained on each row: the mean over the orders of changing one after the other of which
 * every step was scored. Undefined where there is no such order.
 */
const sharesOf = (
  before: Known,
  after: Known,
  paths: readonly string[],
  rows: readonly number[],
  proposed: readonly Candidate[],
  scoresOf: Attributable['scoresOf'],
): ReadonlyMap<string, readonly number[]> | undefined => {
  if (paths.length === 1) return new Map([[paths[0] ?? '', gains(before.scores, after.scores, rows)]])
  if (paths.length > mostTogether) return undefined
  const others = new Set(proposed.map(({ state }) => canonicalJson(state)))
  const known = new Map<string, Scores | undefined>()
  const scoresWith = (changed: readonly string[]): Scores | undefined => {
    const key = paths.filter(path => changed.includes(path)).join('\n')
    if (known.has(key)) return known.get(key)
    const mixed = Object.fromEntries(
      Object.entries(before.candidate.state).map(([path, predictor]) => [
        path,
        changed.includes(path) ? (after.candidate.state[path] ?? predictor) : predictor,
      ]),
    )
    const scores = others.has(canonicalJson(mixed)) ? scoresOf(mixed) : new Map<number, number>()
    const whole = rows.every(row => scores.has(row)) ? scores : undefined
    known.set(key, whole)
    return whole
  }
  const sums = new Map(paths.map(path => [path, zeros(rows.length)]))
  let orders = 0
  for (const order of ordersOf(paths)) {
    const steps = [0, ...order.map((_, place) => place + 1)].flatMap(length => scoresWith(order.slice(0, length)) ?? [])
    if (steps.length <= order.length) continue
    orders += 1
    for (const [place, path] of order.entries()) {
      const [from, to] = [steps[place], steps[place + 1]]
      if (from !== undefined && to !== undefined) addTo(sums.get(path) ?? [], gains(from, to, rows))
    }
  }
  return orders === 0 ? undefined : new Map(Array.from(sums, ([path, sum]) => [path, sum.map(gain => gain / orders)]))
}

function* ordersOf(paths: readonly string[]): Generator<readonly string[]> {
  if (paths.length === 0) yield []
  for (const [place, path] of paths.entries()) {
    for (const rest of ordersOf(paths.toSpliced(place, 1))) yield [path, ...rest]
  }
}
