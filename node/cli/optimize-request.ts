import type { Budget, Example, LanguageModel, Optimizer } from '../../src/index.ts'
import { type Continued, continueFrom, type Warning } from '../../src/optimizers/index.ts'
import { budgetFromFlags } from './budget-from-flags.ts'
import { type ContinueRequest, continueRequest, type DataFile, rowsOf } from './continue-request.ts'
import { withEarlierFlags } from './earlier-flags.ts'
import { embedderFromFlags } from './embedder-from-flags.ts'
import { choice, type Flags, number, required, text } from './flags.ts'
import { type GivenInstructions, instructionsFromFile } from './instructions-from-file.ts'
import { metricFromFlags, type NamedMetric } from './metric-from-flags.ts'
import { efforts, optimizerFromName } from './optimizer-from-name.ts'
import { type AnyProgram, programFromFlags } from './program-from-flags.ts'
import { promptModelFromFlags, promptModelName } from './prompt-model-from-flags.ts'
import { withoutEffect } from './without-effect.ts'

/** What `kkachi optimize` was asked for, read and checked. */
export interface OptimizeRequest {
  /** The flags, with what an earlier run says in place of those not given. */
  readonly flags: Flags
  /** The model by its name. */
  readonly model: string
  /** Who writes instructions, where it is another model. */
  readonly promptModel: LanguageModel | undefined
  /** What is optimized: of a run that goes on from another, the earlier program with its demos corrected. */
  readonly program: AnyProgram
  /** The rows of the files, as they are used. */
  readonly train: DataFile
  readonly dev: DataFile
  readonly test: DataFile | undefined
  readonly metric: NamedMetric
  /** The optimizer by its name. */
  readonly optimizerName: string
  readonly optimizer: Optimizer
  readonly seed: number
  readonly budget: Budget
  readonly instructions: GivenInstructions
  readonly since: ContinueRequest | undefined
  /** Places of the regression examples in `dev`. */
  readonly regressions: readonly number[]
  /** Parts of the request that have no effect. */
  readonly notices: readonly Warning[]
}

/** Rows that knn-few-shot shows where nobody says. */
export const defaultNeighbors = 3

/**
 * Reads the flags and every file they name before anything is called or written.
 *
 * @throws ConfigurationError, DataError, ProgramFileError or SignatureError about the first thing that is wrong
 */
export const optimizeRequest = async (
  given: Flags,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<OptimizeRequest> => {
  const flags = await withEarlierFlags(given)
  const correctionsFile = text(flags, 'corrections')
  const trainFile = correctionsFile === undefined ? required(flags, 'train', 'train.jsonl') : text(flags, 'train')
  const devFile = required(flags, 'dev', 'dev.jsonl')
  const testFile = text(flags, 'test')
  const metric = await metricFromFlags(flags, environment)
  const seed = number(flags, 'seed', { least: 0 }) ?? 0
  const optimizerName = text(flags, 'optimizer') ?? 'auto'
  const optimizer = optimizerFromName(optimizerName, {
    seed,
    neighbors: number(flags, 'neighbors', { least: 1, most: 1_000 }) ?? defaultNeighbors,
    embedder: () => embedderFromFlags(flags, environment),
    effort: choice(flags, 'auto', efforts),
    stages: stagesIn(text(flags, 'stages') ?? ''),
  })
  const model = text(flags, 'model') ?? 'local/nano'
  const budget = budgetFromFlags(flags, model, promptModelName(flags))
  const promptModel = promptModelFromFlags(flags, environment)
  const earlier = await programFromFlags(flags, environment)
  const needs = { signature: earlier.signature, needsLabels: metric.needsLabels }
  const since = await continueRequest(flags, earlier, needs)
  const train = trainFile === undefined ? { rows: [], sha256: '' } : await rowsOf(trainFile, needs)
  const dev = await rowsOf(devFile, needs)
  const test = testFile === undefined ? undefined : await rowsOf(testFile, needs)
  const instructionFile = text(flags, 'try-instructions')
  const instructions = instructionFile === undefined ? [] : await instructionsFromFile(instructionFile, earlier)
  const { program, problem, regressions } = continued(earlier, since, { train, dev })
  return {
    ...{ flags, model, promptModel, program, test, metric, optimizerName, optimizer, seed, budget, since, regressions },
    train: { ...train, rows: problem.train },
    dev: { ...dev, rows: problem.dev },
    instructions: [...instructions, ...(since?.instructions ?? [])],
    notices: withoutEffect(given, optimizerName),
  }
}

/** The names in `gepa -> simba`. */
const stagesIn = (given: string): readonly string[] =>
  given
    .split('->')
    .map(name => name.trim())
    .filter(name => name !== '')

/** The program and the rows as they are used: those of a run that goes on from another are put together anew. */
const continued = (
  program: AnyProgram,
  since: ContinueRequest | undefined,
  { train, dev }: { readonly train: DataFile; readonly dev: DataFile },
): Pick<Continued<Example, Example, Data>, 'program' | 'problem' | 'regressions'> => {
  const data = { train: train.rows, dev: dev.rows }
  if (since === undefined) return { program, problem: data, regressions: [] }
  return continueFrom({ program }, data, {
    ...(since.corrections && { corrections: since.corrections.rows }),
    ...(since.failures && { failures: since.failures.rows }),
  })
}

interface Data {
  readonly train: readonly Example[]
  readonly dev: readonly Example[]
}
