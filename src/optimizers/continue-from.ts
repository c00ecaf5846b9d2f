import { canonicalJson } from '../data/canonical-json.ts'
import { ConfigurationError } from '../errors/configuration-error.ts'
import { DataError } from '../errors/data-error.ts'
import type { Demo, Module, ProgramState } from '../ports/module.ts'
import type { ScoredCandidate } from '../search/candidate.ts'
import { withDemos } from '../search/demos.ts'
import type { Problem } from '../search/problem.ts'
import type { Warning } from '../search/search-event.ts'
import type { OptimizationResult } from './optimizer.ts'

/** What is known since an earlier program was made. */
export interface SinceThen<Row extends object> {
  /** Rows with the answer that turned out to be right, of users say. Of two with the same inputs the later holds. */
  readonly corrections?: readonly Row[]
  /** Rows that the earlier program got wrong, with the right answer. */
  readonly failures?: readonly Row[]
}

/** An earlier program and, where there is more than the program file, what its run tried. */
export interface Earlier<Input, Output> {
  readonly program: Module<Input, Output>
  readonly candidates?: readonly Pick<ScoredCandidate, 'state'>[]
}

/** The data of a problem, and perhaps all the rest of it. */
export interface ProblemData {
  readonly train: readonly object[]
  readonly dev?: readonly object[]
  readonly instructions?: Problem['instructions']
}

/** What to optimize next. */
export interface Continued<Input, Output, Data extends ProblemData> {
  /** The earlier program, without a demo of what was corrected since: there the correction stands. */
  readonly program: Module<Input, Output>
  readonly problem: Data
  /** Places of the regression examples in `problem.dev`. */
  readonly regressions: readonly number[]
  /** Rows of the problem and demos of the program whose answer a correction replaced. */
  readonly relabeled: number
}

/** Below this score a row has failed. */
const failedBelow = 0.5

/** Instructions of the earlier run that are tried again, at most. */
const instructionsKept = 4

/**
 * Goes on from an earlier program: the problem to optimize next, made of the data it was made with and of what is known
 * since. Plain data in, plain data out; nothing is asked.
 *
 * 1. Corrections come first in `train`. Rows are the same where their inputs are; the correction wins over the answer that
 *    stood there before, in both sets and in the demos of the program, and keeps the other fields of the row.
 * 2. Failures are regression examples: always in `dev`, after the rows that were there.
 * 3. A row is in one of the sets: one that is chosen by is not learned from, corrected or not. No input is lost.
 * 4. The best instructions of the earlier run are tried again, four at most, beside those the problem gives.
 *
 * @throws ConfigurationError `configuration/missing` for failures without a development set; DataError `data/empty` when
 *   nothing is left to learn from
 * @example
 * const { program, problem } = continueFrom(earlier, { train, dev, metric, model }, { corrections, failures })
 * const result = await auto().optimize(program, problem)
 */
export const continueFrom = <Input, Output, Data extends ProblemData>(
  { program, candidates = [] }: Earlier<Input, Output>,
  problem: Data,
  { corrections = [], failures = [] }: SinceThen<Data['train'][number]>,
): Continued<Input, Output, Data> => {
  if (failures.length > 0 && problem.dev === undefined) throw noDev()
  const inputs = program.signature.inputs.map(field => field.name)
  const outputs = program.signature.outputs.map(field => field.name)
  const keyOf = (row: object): string => canonicalJson(inputs.map(name => fieldOf(row, name)))
  const corrected = new Map(corrections.map(row => [keyOf(row), row]))
  const failed = new Map(failures.map(row => [keyOf(row), row]))
  const before = new Map([...(problem.dev ?? []), ...problem.train].map(row => [keyOf(row), row]))
  let relabeled = 0

  const mended = <One extends object>(row: One): One => {
    const correction = corrected.get(keyOf(row))
    if (correction === undefined) return row
    if (outputs.some(name => differ(row, correction, name))) relabeled += 1
    return { ...row, ...correction }
  }
  const dev = problem.dev?.map(mended)
  const isChosenBy = new Set([...(problem.dev ?? []).map(keyOf), ...failed.keys()])
  const known = new Set((problem.dev ?? []).map(keyOf))
  const regressing = [...failed].flatMap(([key, row]) =>
    known.has(key) ? [] : [mended({ ...before.get(key), ...row })],
  )
  const learned = [...corrected].flatMap(([key, row]) => {
    if (isChosenBy.has(key)) return []
    const old = before.get(key)
    return [old === undefined ? row : mended(old)]
  })
  const rest = problem.train.filter(row => !corrected.has(keyOf(row)) && !isChosenBy.has(keyOf(row)))
  const train = [...learned, ...rest]
  if (train.length === 0) throw nothingToLearn()
  const all = dev && [...dev, ...regressing]

  /** A demo that shows what was corrected: of a lone predictor the correction, among several it is left out. */
  const demos = (shown: Demo): readonly Demo[] => {
    const correction = inputs.every(name => Object.hasOwn(shown, name)) ? corrected.get(keyOf(shown)) : undefined
    const isWrong = outputs.some(name => correction && Object.hasOwn(shown, name) && differ(shown, correction, name))
    if (correction === undefined || !isWrong) return [shown]
    relabeled += 1
    const fields = [...inputs, ...outputs].filter(name => Object.hasOwn(correction, name))
    return program.predictors.length > 1
      ? []
      : [Object.fromEntries(fields.map(name => [name, fieldOf(correction, name)]))]
  }
  const state = withDemos(program.state, path => (program.state[path]?.demos ?? []).flatMap(demos))
  const instructions = [...(problem.instructions ?? []), ...instructionsOf(candidates, program.state)]
  return {
    program: canonicalJson(state) === canonicalJson(program.state) ? program : program.withState(state),
    problem: {
      ...problem,
      train,
      ...(all && { dev: all }),
      ...(instructions.length > 0 && { instructions }),
    },
    regressions: (all ?? []).flatMap((row, place) => (failed.has(keyOf(row)) ? [place] : [])),
    relabeled,
  }
}

/**
 * The regression examples that a result still fails, by their places in `problem.dev`; undefined where it was not scored
 * on all of them.
 */
export const stillFailing = (
  { state, candidates }: Pick<OptimizationResult<unknown, unknown>, 'state' | 'candidates'>,
  { problem, regressions }: Pick<Continued<unknown, unknown, ProblemData>, 'problem' | 'regressions'>,
): readonly number[] | undefined => {
  if (regressions.length === 0) return []
  const wanted = canonicalJson(state)
  const found = candidates.find(candidate => canonicalJson(candidate.state) === wanted)
  if (found === undefined || found.scores.length !== problem.dev?.length) return undefined
  return regressions.filter(place => isFailure(found.scores[place] ?? 0))
}

/** What to tell of regression examples that a result still fails; undefined where there are none. */
export const regressionWarning = (failing: number, all: number): Warning | undefined =>
  failing === 0
    ? undefined
    : {
        code: 'still-failing',
        message: `${failing} of ${all} rows that an earlier program got wrong are still wrong. Look at them: give more corrections like them, or a larger budget.`,
      }

/** Whether a score is that of a row that failed. */
export const isFailure = (score: number): boolean => score < failedBelow

const fieldOf = (row: object, name: string): unknown =>
  (Object.hasOwn(row, name) ? (row as Demo)[name] : undefined) ?? null

const differ = (row: object, correction: object, name: string): boolean =>
  Object.hasOwn(correction, name) && canonicalJson(fieldOf(row, name)) !== canonicalJson(fieldOf(correction, name))

/** Other instructions than the program has, each once, the best first. */
const instructionsOf = (
  candidates: readonly Pick<ScoredCandidate, 'state'>[],
  own: ProgramState,
): readonly Readonly<Record<string, string>>[] => {
  const textsOf = (state: ProgramState): Record<string, string> =>
    Object.fromEntries(Object.entries(state).map(([path, { signature }]) => [path, signature.instructions]))
  const seen = new Set([canonicalJson(textsOf(own))])
  const found: Record<string, string>[] = []
  for (const { state } of candidates) {
    const texts = textsOf(state)
    const key = canonicalJson(texts)
    if (found.length === instructionsKept || seen.has(key)) continue
    seen.add(key)
    found.push(texts)
  }
  return found
}

const noDev = (): ConfigurationError =>
  new ConfigurationError(
    'configuration/missing',
    'Expected a development set beside failures: they are chosen by, not learned from. Give dev, or make them corrections.',
    { option: 'dev' },
  )

const nothingToLearn = (): DataError =>
  new DataError(
    'data/empty',
    'Every row to learn from is also one to choose by. Give rows in train that are neither in dev nor among the failures.',
  )
