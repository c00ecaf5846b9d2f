import { join } from 'node:path'
import { budgeted, cached, type LanguageModel } from '../../src/index.ts'
import { modelFromName } from '../models/model-from-name.ts'
import { fileSystemStorage } from '../storage/file-system.ts'
import { type Flags, number, text } from './flags.ts'
import { pricesFromFlags } from './price-from-flags.ts'

/** Flags of every command that takes a metric. */
export const metricFlags = {
  metric: { value: 'M', help: 'exact-match, f1, contains, semantic-f1 or ./metric.js' },
  'judge-model': { value: 'PROVIDER/NAME', help: 'who judges for semantic-f1; --model when absent' },
} as const

/** The name of the model that judges. */
export const judgeName = (flags: Flags): string => text(flags, 'judge-model') ?? text(flags, 'model') ?? 'local/nano'

/**
 * The model that judges: its answers are kept beside those of the run or as --cache says, and it has the budget of the
 * command once more, for itself.
 *
 * @throws ConfigurationError
 */
export const judgeFromFlags = (
  flags: Flags,
  environment: Readonly<Record<string, string | undefined>>,
): LanguageModel => {
  const name = judgeName(flags)
  const baseUrl = text(flags, 'base-url')
  const model = modelFromName(name, { environment, ...(baseUrl !== undefined && { baseUrl }) })
  const [calls, tokens] = [number(flags, 'budget-calls', { least: 1 }), number(flags, 'budget-tokens', { least: 1 })]
  const usd = number(flags, 'budget-usd', { least: 0.000_001, whole: false })
  const bounded = budgeted(model, {
    ...(calls !== undefined && { calls }),
    ...(tokens !== undefined && { tokens }),
    ...(usd !== undefined && { usd, prices: pricesFromFlags(flags, name) }),
  })
  const run = text(flags, 'run')
  const cache = text(flags, 'cache')
  const folder = run === undefined ? cache : join(run, 'judgements')
  if (run === undefined && cache === 'off') return bounded
  return cached(bounded, folder === undefined ? {} : { storage: fileSystemStorage(folder) })
}
