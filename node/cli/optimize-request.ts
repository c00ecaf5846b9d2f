import { type Budget, ConfigurationError, costOf, type Example, noUsage, type Optimizer } from '../../src/index.ts'
import { stateDigest } from '../../src/modules/index.ts'
import { fieldTypesDigest } from './field-types-digest.ts'
import { type Flags, number, required, text } from './flags.ts'
import { metricFromName, type NamedMetric } from './metric-from-flags.ts'
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
export const optimizeRequest = async (flags: Flags): Promise<OptimizeRequest> => {
  const [trainFile, devFile] = [required(flags, 'train', 'train.jsonl'), required(flags, 'dev', 'dev.jsonl')]
  const testFile = text(flags, 'test')
  const metric = await metricFromName(required(flags, 'metric', 'exact-match'))
  const seed = number(flags, 'seed', { least: 0 }) ?? 0
  const optimizer = optimizerFromName(text(flags, 'optimizer') ?? 'auto', seed)
  const model = text(flags, 'model') ?? 'local/nano'
  const budget = budgetOf(flags, model)
  const program = await programFromFlags(flags)
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
  optimizer: request.optimizer.name,
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
