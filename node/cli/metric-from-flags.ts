import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import {
  ConfigurationError,
  contains,
  exactMatch,
  f1,
  type LanguageModel,
  type Metric,
  semanticF1,
} from '../../src/index.ts'
import { type Flags, required } from './flags.ts'
import { judgeFromFlags } from './judge-from-flags.ts'
import { isModuleFile } from './program-from-flags.ts'

export interface NamedMetric {
  readonly name: string
  readonly metric: Metric
  /** The module it comes from; absent for one of ours. */
  readonly file?: string
  /** Whether every row has to have the right answer in a field of the signature's outputs. */
  readonly needsLabels: boolean
}

const builtIn: Readonly<Record<string, (judge: () => LanguageModel) => Metric>> = {
  'exact-match': () => exactMatch(),
  f1: () => f1(),
  contains: () => contains(),
  'semantic-f1': judge => semanticF1({ model: judge() }),
}

/**
 * The metric of --metric, by its name or the default export of a module: `./metric.js`. One that asks a model has that of
 * --judge-model.
 *
 * @throws ConfigurationError `configuration/invalid`, `configuration/missing`
 */
export const metricFromFlags = async (
  flags: Flags,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<NamedMetric> => {
  const name = required(flags, 'metric', 'exact-match')
  const make = Object.hasOwn(builtIn, name) ? builtIn[name] : undefined
  if (make !== undefined) {
    return { name, metric: make(() => judgeFromFlags(flags, environment)), needsLabels: true }
  }
  if (!isModuleFile(name)) {
    throw new ConfigurationError(
      'configuration/invalid',
      `Expected --metric to be ${Object.keys(builtIn).join(', ')} or a module like ./metric.js, got '${name}'.`,
      { option: 'metric' },
    )
  }
  let loaded: { readonly default?: unknown }
  try {
    loaded = await import(pathToFileURL(resolve(name)).href)
  } catch (error) {
    throw new ConfigurationError(
      'configuration/invalid',
      `${name} could not be loaded: ${error instanceof Error ? error.message : String(error)}.`,
      { option: 'metric', cause: error },
    )
  }
  if (isMetric(loaded.default)) return { name, metric: loaded.default, file: resolve(name), needsLabels: false }
  throw new ConfigurationError(
    'configuration/invalid',
    `Expected ${name} to export a metric. Write: export default (example, prediction) => example.label === prediction.label`,
    { option: 'metric' },
  )
}

const isMetric = (value: unknown): value is Metric =>
  typeof value === 'function' ||
  (typeof value === 'object' && value !== null && 'evaluate' in value && typeof value.evaluate === 'function')
