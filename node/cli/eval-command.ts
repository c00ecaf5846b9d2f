import type { Example } from '../../src/index.ts'
import type { Command } from './command.ts'
import { contextFromFlags } from './context-from-flags.ts'
import { exitCodes } from './exit-code.ts'
import { commonFlags, logFlags, modelFlags, programFlags, required, text, traceFlags } from './flags.ts'
import { metricFlags } from './judge-from-flags.ts'
import { metricFromFlags } from './metric-from-flags.ts'
import { programFromFlags } from './program-from-flags.ts'
import { percent, progressOn } from './progress.ts'
import { scoreDataFile } from './score-data-file.ts'
import { prefixed, type ScoredRow, scoreRows } from './score-rows.ts'
import { emptyTally, type Figures, figuresOf, tellFailure } from './tally.ts'
import { jsonLine } from './terminal.ts'

/** `kkachi eval`: how good a program is on a data file of any size. */
export const evalCommand: Command = {
  name: 'eval',
  summary: 'score a program on a data file',
  usage: 'kkachi eval --program program.json --data test.jsonl --metric exact-match',
  flags: {
    ...programFlags,
    data: { value: 'FILE', help: 'JSONL, JSON, CSV or Parquet' },
    ...metricFlags,
    save: { value: 'FILE', help: 'JSONL with the prediction and score of every example' },
    ...modelFlags,
    ...logFlags,
    ...traceFlags,
    ...commonFlags,
  },
  async run(flags, terminal, signal) {
    const file = required(flags, 'data', 'test.jsonl')
    const metric = await metricFromFlags(flags, terminal.environment)
    const program = await programFromFlags(flags, terminal.environment)
    const { context, concurrency, modelName, prices, writeTrace } = await contextFromFlags(flags, terminal, signal)
    const progress = progressOn(terminal)
    const startedAt = Date.now()
    const tally = emptyTally()
    await scoreDataFile(
      { file, signature: program.signature, needsLabels: metric.needsLabels, save: text(flags, 'save'), progress },
      async (rows, start) => {
        const show = (done: number) => progress.show(done, start + rows.length, 'evaluating')
        const results = await scoreRows(rows, { program, metric, context, concurrency, tally }, show)
        return results.map(savedRow)
      },
    ).finally(writeTrace)
    tellFailure(tally, terminal)
    const result = {
      type: 'result',
      ...figuresOf(tally, context.model.id, prices),
      seconds: (Date.now() - startedAt) / 1000,
    }
    terminal.out(flags.json === true ? jsonLine(result) : table({ ...result, metric: metric.name, model: modelName }))
    return exitCodes.done
  },
}

const savedRow = ({ example, prediction, score, error }: ScoredRow): Example => ({
  ...example,
  ...prefixed('prediction', prediction),
  score,
  ...(error === undefined ? {} : { error: String(error) }),
})

const table = (
  result: Figures & { readonly metric: string; readonly model: string; readonly seconds: number },
): string =>
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
