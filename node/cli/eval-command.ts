import { meanInterval } from '../../src/evaluation/index.ts'
import { costOf, DataError, type Example } from '../../src/index.ts'
import type { Command } from './command.ts'
import { contextFromFlags } from './context-from-flags.ts'
import { exitCodes } from './exit-code.ts'
import { commonFlags, logFlags, modelFlags, programFlags, required, text } from './flags.ts'
import { metricFromName } from './metric-from-flags.ts'
import { programFromFlags } from './program-from-flags.ts'
import { percent, progressOn } from './progress.ts'
import { type RowWriter, rowWriter } from './row-writer.ts'
import { streamRowsFromFile } from './rows-from-file.ts'
import { chunked, chunkRows, emptyTally, prefixed, type ScoredRow, scoreRows } from './score-rows.ts'
import { jsonLine } from './terminal.ts'

/** `kkachi eval`: how good a program is on a data file of any size. */
export const evalCommand: Command = {
  name: 'eval',
  summary: 'score a program on a data file',
  usage: 'kkachi eval --program program.json --data test.jsonl --metric exact-match',
  flags: {
    ...programFlags,
    data: { value: 'FILE', help: 'JSONL, JSON or CSV' },
    metric: { value: 'M', help: 'exact-match, f1, contains or ./metric.js' },
    save: { value: 'FILE', help: 'JSONL with the prediction and score of every example' },
    ...modelFlags,
    ...logFlags,
    ...commonFlags,
  },
  async run(flags, terminal, signal) {
    const file = required(flags, 'data', 'test.jsonl')
    const metric = await metricFromName(required(flags, 'metric', 'exact-match'))
    const program = await programFromFlags(flags)
    const { context, concurrency, modelName, prices } = contextFromFlags(flags, terminal, signal)
    const progress = progressOn(terminal)
    const startedAt = Date.now()
    const rows = streamRowsFromFile(file, { signature: program.signature, needsLabels: metric.needsLabels })
    // The first chunk is read before anything is written or asked, so that a wrong file costs nothing.
    const chunks = chunked(rows, chunkRows)
    const first = await chunks.next()
    if (first.done === true)
      throw new DataError('data/empty', `${file} has no rows. Give at least one example.`, { file })
    const saved = text(flags, 'save')
    const writer = saved === undefined ? undefined : await rowWriter(saved)
    try {
      const total = emptyTally()
      let chunk: readonly Example[] | undefined = first.value
      while (chunk !== undefined) {
        const end = total.scores.length + chunk.length
        const results = await scoreRows(chunk, { program, metric, context, concurrency, tally: total }, done =>
          progress.show(done, end, 'evaluating'),
        )
        if (writer !== undefined) for (const result of results) await save(writer, result)
        const next = await chunks.next()
        chunk = next.done === true ? undefined : next.value
      }
      progress.clear()
      await writer?.close()
      const { mean, low, high, n } = meanInterval(total.scores)
      const cost = costOf(context.model.id, total.usage, prices)
      const result = {
        type: 'result',
        score: mean,
        n,
        low,
        high,
        failures: total.failures,
        calls: total.usage.calls,
        cachedCalls: total.usage.cachedCalls,
        tokens: { input: total.usage.inputTokens, output: total.usage.outputTokens },
        ...(cost === undefined ? {} : { cost }),
        seconds: (Date.now() - startedAt) / 1000,
      }
      terminal.out(flags.json === true ? jsonLine(result) : table({ ...result, metric: metric.name, model: modelName }))
      return exitCodes.done
    } catch (error) {
      progress.clear()
      await writer?.discard().catch(() => {}) // what went wrong first is told
      throw error
    }
  },
}

const save = async (writer: RowWriter, { example, prediction, score, error }: ScoredRow): Promise<void> =>
  writer.write({
    ...example,
    ...prefixed('prediction', prediction),
    score,
    ...(error === undefined ? {} : { error: String(error) }),
  })

const table = (result: {
  readonly metric: string
  readonly model: string
  readonly score: number
  readonly low: number
  readonly high: number
  readonly n: number
  readonly failures: number
  readonly calls: number
  readonly cachedCalls: number
  readonly tokens: { readonly input: number; readonly output: number }
  readonly cost?: number
  readonly seconds: number
}): string =>
  [
    ['model', result.model],
    [
      result.metric,
      `${percent(result.score).trim()}  (95 % interval ${percent(result.low).trim()} to ${percent(result.high).trim()})`,
    ],
    ['examples', `${result.n}, ${result.failures} of them failed`],
    ['calls', `${result.calls}, and ${result.cachedCalls} from the cache`],
    ['tokens', `${result.tokens.input} in, ${result.tokens.output} out`],
    ...(result.cost === undefined ? [] : [['cost', `$${result.cost.toFixed(4)}`]]),
    ['seconds', result.seconds.toFixed(1)],
  ]
    .map(([name = '', value]) => `${name.padEnd(14)}${value}\n`)
    .join('')
