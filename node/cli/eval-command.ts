import { meanInterval } from '../../src/evaluation/index.ts'
import {
  addUsage,
  type Context,
  DataError,
  type Example,
  type ExampleResult,
  evaluate,
  noUsage,
  type Usage,
} from '../../src/index.ts'
import type { Command } from './command.ts'
import { contextFromFlags } from './context-from-flags.ts'
import { exitCodes } from './exit-code.ts'
import { commonFlags, modelFlags, programFlags, required, text } from './flags.ts'
import { metricFromName, type NamedMetric } from './metric-from-flags.ts'
import { type AnyProgram, programFromFlags } from './program-from-flags.ts'
import { percent, progressOn } from './progress.ts'
import { type RowWriter, rowWriter } from './row-writer.ts'
import { streamRowsFromFile } from './rows-from-file.ts'
import { jsonLine } from './terminal.ts'

/** Rows evaluated at a time: what of a data file is in memory. */
const chunkRows = 512

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
    ...commonFlags,
  },
  async run(flags, terminal, signal) {
    const file = required(flags, 'data', 'test.jsonl')
    const metric = await metricFromName(required(flags, 'metric', 'exact-match'))
    const program = await programFromFlags(flags)
    const { context, concurrency, modelName } = contextFromFlags(flags, terminal, signal)
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
      const total = { scores: [] as number[], failures: 0, usage: noUsage }
      let chunk: readonly Example[] | undefined = first.value
      while (chunk !== undefined) {
        const end = total.scores.length + chunk.length
        await score(chunk, { program, metric, context, concurrency, writer, total }, done =>
          progress.show(done, end, 'evaluating'),
        )
        const next = await chunks.next()
        chunk = next.done === true ? undefined : next.value
      }
      progress.clear()
      await writer?.close()
      const { mean, low, high, n } = meanInterval(total.scores)
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

interface Scoring {
  readonly program: AnyProgram
  readonly metric: NamedMetric
  readonly context: Context
  readonly concurrency: number
  readonly writer: RowWriter | undefined
  readonly total: { readonly scores: number[]; failures: number; usage: Usage }
}

const score = async (rows: readonly Example[], scoring: Scoring, show: (done: number) => void): Promise<void> => {
  const { program, metric, context, concurrency, writer, total } = scoring
  const before = total.scores.length
  const results: ExampleResult<Example, Example>[] = []
  let done = 0
  try {
    for await (const event of evaluate(program, { ...context, examples: rows, metric: metric.metric, concurrency })) {
      if (event.type !== 'example-finished') continue
      results[event.result.index] = event.result
      done = event.finished
      show(before + done)
    }
  } catch (error) {
    // That no example of a later chunk was answered says nothing about the file: there may be a single one left.
    if (before === 0 || done < rows.length) throw error
  }
  for (const { score, prediction, error, example, usage } of results) {
    total.scores.push(score)
    total.failures += error === undefined ? 0 : 1
    total.usage = addUsage(total.usage, usage)
    await writer?.write({
      ...example,
      ...prefixed(prediction),
      score,
      ...(error === undefined ? {} : { error: String(error) }),
    })
  }
}

/** The fields of a prediction beside those of its example. */
const prefixed = (prediction: object | undefined): Example =>
  Object.fromEntries(Object.entries(prediction ?? {}).map(([name, value]) => [`prediction.${name}`, value]))

async function* chunked<Item>(items: AsyncIterable<Item>, size: number): AsyncGenerator<Item[], void, undefined> {
  let chunk: Item[] = []
  for await (const item of items) {
    chunk.push(item)
    if (chunk.length < size) continue
    yield chunk
    chunk = []
  }
  if (chunk.length > 0) yield chunk
}

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
    ['seconds', result.seconds.toFixed(1)],
  ]
    .map(([name = '', value]) => `${name.padEnd(14)}${value}\n`)
    .join('')
