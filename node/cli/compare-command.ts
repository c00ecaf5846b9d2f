import { compareScores } from '../../src/evaluation/index.ts'
import type { Context, Example } from '../../src/index.ts'
import type { Command } from './command.ts'
import { bothSignatures, type ComparedProgram, comparedPrograms } from './compared-programs.ts'
import { comparisonText } from './comparison-text.ts'
import { contextFromFlags } from './context-from-flags.ts'
import { type DifferingRow, mostDiffering } from './differing-rows.ts'
import { exitCodes } from './exit-code.ts'
import { commonFlags, embedderFlags, logFlags, modelFlags, required, text, traceFlags } from './flags.ts'
import { metricFlags } from './judge-from-flags.ts'
import { metricFromFlags } from './metric-from-flags.ts'
import { progressOn } from './progress.ts'
import { scoreDataFile } from './score-data-file.ts'
import { prefixed, type ScoredRow, scoreRows } from './score-rows.ts'
import { emptyTally, figuresOf, type Tally, tellFailure } from './tally.ts'
import { jsonLine } from './terminal.ts'

/** `kkachi compare`: which of two programs is better, row by row on a data file of any size. */
export const compareCommand: Command = {
  name: 'compare',
  summary: 'tell which of two programs is better',
  usage: 'kkachi compare --program before.json --program after.json --data test.jsonl --metric exact-match',
  flags: {
    program: { value: 'FILE', repeatable: true, help: 'twice: the program before, then the program after' },
    state: { value: 'FILE', repeatable: true, help: 'what a --program module has learned; one module may have two' },
    signature: { value: 'S', help: 'the types of plain DSPy files' },
    data: { value: 'FILE', help: 'JSONL, JSON, CSV or Parquet' },
    ...embedderFlags,
    ...metricFlags,
    save: { value: 'FILE', help: 'JSONL with both predictions and scores of every example' },
    ...modelFlags,
    ...traceFlags,
    ...logFlags,
    ...commonFlags,
  },
  async run(flags, terminal, signal) {
    const file = required(flags, 'data', 'test.jsonl')
    const metric = await metricFromFlags(flags, terminal.environment)
    const [before, after] = await comparedPrograms(flags, terminal.environment)
    const { context, concurrency, modelName, prices, writeTrace } = await contextFromFlags(flags, terminal, signal)
    const progress = progressOn(terminal)
    const startedAt = Date.now()
    const [tallyBefore, tallyAfter] = [emptyTally(), emptyTally()]
    let differing: readonly DifferingRow[] = []
    await scoreDataFile(
      {
        ...{ file, signature: bothSignatures(before.program.signature, after.program.signature) },
        ...{ needsLabels: metric.needsLabels, save: text(flags, 'save'), progress },
      },
      async (rows, start) => {
        const score = ({ name, program }: ComparedProgram, tally: Tally) =>
          inSpanOf(name, context, traced =>
            scoreRows(rows, { program, metric, context: traced, concurrency, tally }, done =>
              progress.show(done, start + rows.length, name),
            ),
          )
        const left = await score(before, tallyBefore)
        const right = await score(after, tallyAfter)
        differing = mostDiffering(differing, left, right, start)
        return savedRows(left, right)
      },
    ).finally(writeTrace)
    tellFailure(tallyBefore, terminal, before.name)
    tellFailure(tallyAfter, terminal, after.name)
    const side = ({ name }: ComparedProgram, tally: Tally) => ({
      program: name,
      ...figuresOf(tally, context.model.id, prices),
    })
    const { n, difference, low, high, p, wins, losses, ties } = compareScores(tallyBefore.scores, tallyAfter.scores)
    const result = {
      type: 'result' as const,
      ...{ n, difference, low, high, p, wins, losses, ties },
      before: side(before, tallyBefore),
      after: side(after, tallyAfter),
      differing,
      seconds: (Date.now() - startedAt) / 1000,
    }
    terminal.out(
      flags.json === true ? jsonLine(result) : comparisonText(result, { metric: metric.name, model: modelName }),
    )
    return exitCodes.done
  },
}

/** Work on one of the programs, under its name in the trace: the predictors of both have the same ones. */
const inSpanOf = async <Result>(
  name: string,
  context: Context,
  work: (context: Context) => Promise<Result>,
): Promise<Result> => {
  const span = context.tracer?.start({ kind: 'program', name })
  try {
    const result = await work(span === undefined ? context : { ...context, tracer: span.tracer })
    span?.end({})
    return result
  } catch (error) {
    span?.end({ error })
    throw error
  }
}

function* savedRows(before: readonly ScoredRow[], after: readonly ScoredRow[]): Generator<Example> {
  for (const [index, left] of before.entries()) {
    const right = after[index]
    if (right === undefined) continue
    yield {
      ...left.example,
      ...sideOf('before', left),
      ...sideOf('after', right),
      difference: right.score - left.score,
    }
  }
}

const sideOf = (name: string, { prediction, score, error }: ScoredRow): Example => ({
  ...prefixed(name, prediction),
  [`${name} score`]: score,
  ...(error === undefined ? {} : { [`${name} error`]: String(error) }),
})
