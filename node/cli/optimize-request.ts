import { type Budget, ConfigurationError, costOf, type Example, noUsage, type Optimizer } from '../../src/index.ts'
import { hasPool, stateDigest } from '../../src/modules/index.ts'
import { embedderFromFlags, embedderName } from './embedder-from-flags.ts'
import { fieldTypesDigest } from './field-types-digest.ts'
import { type Flags, number, required, text } from './flags.ts'
import { judgeName } from './judge-from-flags.ts'
import { metricFromFlags, type NamedMetric } from './metric-from-flags.ts'
import { optimizerFromName } from './optimizer-from-name.ts'
import { pricesFromFlags } from './price-from-flags.ts'
import { type AnyProgram, isModuleFile, programFromFlags } from './program-from-flags.ts'
import { rowsFromFile } from './rows-from-file.ts'
import { fileDigest, type RunSettings } from './run-directory.ts'

/** Rows of one file, and the file's SHA-256. */
export interface DataFile {
  readonly rows: readonly Example[]
  readonly sha256: string
}

/** What `kkachi optimize` was asked for, read and checked. */
export interface OptimizeRequest {
  /** The model by its name. */
  readonly model: string
  readonly program: AnyProgram
  readonly train: DataFile
  readonly dev: DataFile
  readonly test: DataFile | undefined
  readonly metric: NamedMetric
  readonly optimizer: Optimizer
  readonly seed: number
  readonly budget: Budget
}

/**
 * Reads the flags and every file they name before anything is called or written.
 *
 * @throws ConfigurationError, DataError, ProgramFileError or SignatureError about the first thing that is wrong
 */
export const optimizeRequest = async (
  flags: Flags,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<OptimizeRequest> => {
  const [trainFile, devFile] = [required(flags, 'train', 'train.jsonl'), required(flags, 'dev', 'dev.jsonl')]
  const testFile = text(flags, 'test')
  const metric = await metricFromFlags(flags, environment)
  const seed = number(flags, 'seed', { least: 0 }) ?? 0
  const optimizer = optimizerFromName(text(flags, 'optimizer') ?? 'auto', {
    seed,
    neighbors: number(flags, 'neighbors', { least: 1, most: 1_000 }) ?? defaultNeighbors,
    embedder: () => embedderFromFlags(flags, environment),
  })
  const model = text(flags, 'model') ?? 'local/nano'
  const budget = budgetOf(flags, model)
  const program = await programFromFlags(flags, environment)
  const needs = { signature: program.signature, needsLabels: metric.needsLabels }
  const read = async (file: string): Promise<DataFile> => ({
    rows: await rowsFromFile(file, needs),
    sha256: await fileDigest(file),
  })
  const [train, dev] = [await read(trainFile), await read(devFile)]
  const test = testFile === undefined ? undefined : await read(testFile)
  return { model, program, train, dev, test, metric, optimizer, seed, budget }
}

/**
 * All that decides what a run finds. Of a module of the user's it is the file itself; what that imports is not looked
 * into.
 */
export const runSettings = async (flags: Flags, request: OptimizeRequest): Promise<RunSettings> => ({
  command: 'optimize',
  program: await stateDigest(request.program.state),
  'program module': await moduleDigest(text(flags, 'program')),
  'field types': fieldTypesDigest(request.program),
  metric: request.metric.name,
  'metric module': await moduleDigest(request.metric.file),
  'judge model': request.metric.name === 'semantic-f1' ? judgeName(flags) : undefined,
  optimizer: request.optimizer.name,
  ...neighborSettings(flags, request),
  seed: request.seed,
  model: request.model,
  baseUrl: text(flags, 'base-url'),
  adapter: text(flags, 'adapter'),
  temperature: text(flags, 'temperature'),
  maxTokens: text(flags, 'max-tokens'),
  ...budgetSettings(request),
  train: request.train.sha256,
  dev: request.dev.sha256,
  test: request.test?.sha256,
})

/** What decides which rows are near. */
const neighborSettings = (flags: Flags, { optimizer, program }: OptimizeRequest): RunSettings =>
  optimizer.name === 'knn-few-shot' || hasPool(program.state)
    ? { embedder: embedderName(flags), neighbors: text(flags, 'neighbors') ?? defaultNeighbors }
    : {}

/** Rows that knn-few-shot shows where nobody says. */
const defaultNeighbors = 3

/** The digest of a file that is code; undefined for what is none. */
const moduleDigest = async (file: string | undefined): Promise<string | undefined> =>
  file !== undefined && isModuleFile(file) ? fileDigest(file) : undefined

/** Limits by their unit, and the price by which money is counted, whoever knows it. */
const budgetSettings = ({ model, budget: { prices, ...limits } }: OptimizeRequest): RunSettings => ({
  ...Object.fromEntries(Object.entries(limits).map(([unit, limit]) => [`budget ${unit}`, limit])),
  ...(limits.usd !== undefined && {
    'price of input': costOf(model, { inputTokens: 1e6, outputTokens: 0 }, prices),
    'price of output': costOf(model, { inputTokens: 0, outputTokens: 1e6 }, prices),
  }),
})

const budgetOf = (flags: Flags, model: string): Budget => {
  const calls = number(flags, 'budget-calls', { least: 1 })
  const tokens = number(flags, 'budget-tokens', { least: 1 })
  const usd = number(flags, 'budget-usd', { least: 0.000_001, whole: false })
  const prices = pricesFromFlags(flags, model)
  if (usd !== undefined && costOf(model, noUsage, prices) === undefined) throw priceless(model)
  const seconds = number(flags, 'budget-seconds', { least: 0.001, whole: false })
  return {
    ...(calls === undefined ? {} : { calls }),
    ...(tokens === undefined ? {} : { tokens }),
    ...(usd === undefined ? {} : { usd, ...(Object.keys(prices).length > 0 && { prices }) }),
    ...(seconds === undefined ? {} : { seconds }),
  }
}

const priceless = (model: string): ConfigurationError =>
  new ConfigurationError(
    'configuration/missing',
    `No price is known for ${model}, so --budget-usd cannot be kept. Write --price 0.15/0.6: US dollars per million tokens, input and output.`,
    { option: 'price' },
  )
