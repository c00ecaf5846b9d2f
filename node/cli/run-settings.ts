import { costOf } from '../../src/index.ts'
import { hasPool, stateDigest } from '../../src/modules/index.ts'
import { embedderName } from './embedder-from-flags.ts'
import { fieldTypesDigest } from './field-types-digest.ts'
import { text } from './flags.ts'
import { judgeName } from './judge-from-flags.ts'
import { defaultNeighbors, type OptimizeRequest } from './optimize-request.ts'
import { isModuleFile } from './program-from-flags.ts'
import { promptBaseUrl, promptModelName } from './prompt-model-from-flags.ts'
import { fileDigest, type RunSettings } from './run-directory.ts'

/**
 * All that decides what a run finds. Of a module of the user's it is the file itself; what that imports is not looked
 * into.
 */
export const runSettings = async (request: OptimizeRequest): Promise<RunSettings> => {
  const { flags } = request
  return {
    command: 'optimize',
    program: await stateDigest(request.program.state),
    'program module': await moduleDigest(text(flags, 'program')),
    'field types': fieldTypesDigest(request.program),
    metric: request.metric.name,
    'metric module': await moduleDigest(request.metric.file),
    'judge model': request.metric.name === 'semantic-f1' ? judgeName(flags) : undefined,
    optimizer: request.optimizer.name,
    effort: text(flags, 'auto'),
    stages: text(flags, 'stages'),
    ...neighborSettings(request),
    seed: request.seed,
    model: request.model,
    baseUrl: text(flags, 'base-url'),
    'prompt model': promptModelName(flags),
    'base URL of the prompt model': promptBaseUrl(flags),
    instructions: request.instructions.length === 0 ? undefined : JSON.stringify(request.instructions),
    adapter: text(flags, 'adapter'),
    extractor: text(flags, 'extractor'),
    temperature: text(flags, 'temperature'),
    maxTokens: text(flags, 'max-tokens'),
    ...budgetSettings(request),
    train: request.train.sha256,
    dev: request.dev.sha256,
    test: request.test?.sha256,
    parent: request.since?.parent,
    corrections: request.since?.corrections?.sha256,
    failures: request.since?.failures?.sha256,
  }
}

/** What decides which rows are near. */
const neighborSettings = ({ flags, optimizer, program }: OptimizeRequest): RunSettings =>
  optimizer.name === 'knn-few-shot' || hasPool(program.state)
    ? { embedder: embedderName(flags), neighbors: text(flags, 'neighbors') ?? defaultNeighbors }
    : {}

/** The digest of a file that is code; undefined for what is none. */
const moduleDigest = async (file: string | undefined): Promise<string | undefined> =>
  file !== undefined && isModuleFile(file) ? fileDigest(file) : undefined

/** Limits by their unit, and the price by which money is counted, whoever knows it. */
const budgetSettings = ({ flags, model, budget: { prices, ...limits } }: OptimizeRequest): RunSettings => {
  const promptModel = promptModelName(flags)
  return {
    ...Object.fromEntries(Object.entries(limits).map(([unit, limit]) => [`budget ${unit}`, limit])),
    ...(limits.usd !== undefined && {
      ...priceSettings('', model, prices),
      ...(promptModel !== undefined && priceSettings(' of the prompt model', promptModel, prices)),
    }),
  }
}

const priceSettings = (whose: string, model: string, prices: Parameters<typeof costOf>[2]): RunSettings => ({
  [`price of input${whose}`]: costOf(model, { inputTokens: 1e6, outputTokens: 0 }, prices),
  [`price of output${whose}`]: costOf(model, { inputTokens: 0, outputTokens: 1e6 }, prices),
})
