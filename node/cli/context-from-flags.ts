import {
  type Context,
  type LanguageModel,
  type PriceList,
  type Sampling,
  type Storage,
  tracers,
} from '../../src/index.ts'
import { modelFromName } from '../models/model-from-name.ts'
import { adapterFromFlags } from './adapter-from-flags.ts'
import { type Flags, number, text } from './flags.ts'
import { keptAnswers } from './kept-answers.ts'
import { logFromFlags } from './log-from-flags.ts'
import { pricesFromFlags } from './price-from-flags.ts'
import type { Terminal } from './terminal.ts'
import { traceFromFlags } from './trace-from-flags.ts'

export interface CommandContext {
  readonly context: Context
  /** The model by the name the user gave. */
  readonly modelName: string
  readonly adapterName: string
  readonly concurrency: number
  /** What --price says the model costs. */
  readonly prices: PriceList
  /** Writes the trace that --trace asks for, whatever became of the run. */
  writeTrace(): Promise<void>
}

/**
 * The context that the model flags describe; answers are kept in `journal` where a run has one, else as --cache says.
 *
 * @throws ConfigurationError
 */
export const contextFromFlags = async (
  flags: Flags,
  terminal: Terminal,
  signal: AbortSignal,
  journal?: Storage,
): Promise<CommandContext> => {
  const modelName = text(flags, 'model') ?? 'local/nano'
  const baseUrl = text(flags, 'base-url')
  const model = modelFromName(modelName, {
    environment: terminal.environment,
    ...(baseUrl === undefined ? {} : { baseUrl }),
  })
  const kept = (asked: LanguageModel): LanguageModel => keptAnswers(asked, text(flags, 'cache'), journal)
  const adapter = await adapterFromFlags(flags, { environment: terminal.environment, kept })
  const sampling = samplingOf(flags)
  const concurrency = number(flags, 'concurrency', { least: 1, most: 1_000 }) ?? 8
  const prices = pricesFromFlags(flags, modelName)
  const log = await logFromFlags(flags, terminal)
  const trace = await traceFromFlags(flags, terminal, prices)
  const watching = [log, trace?.tracer].filter(tracer => tracer !== undefined)
  return {
    context: {
      model: kept(model),
      ...{ adapter, sampling, signal },
      ...(watching.length === 0 ? {} : { tracer: tracers(...watching) }),
    },
    ...{ modelName, adapterName: adapter.name, concurrency, prices },
    writeTrace: async () => trace?.write(),
  }
}

const samplingOf = (flags: Flags): Sampling => {
  const temperature = number(flags, 'temperature', { least: 0, most: 2, whole: false })
  const maxTokens = number(flags, 'max-tokens', { least: 1 })
  return {
    ...(temperature === undefined ? {} : { temperature }),
    ...(maxTokens === undefined ? {} : { maxTokens }),
  }
}
