import { compareScores, meanInterval } from '../../src/evaluation/index.ts'
import { costOf, DataError, type Example } from '../../src/index.ts'
import type { Command } from './command.ts'
import { bothSignatures, type ComparedProgram, comparedPrograms } from './compared-programs.ts'
import { comparisonText } from './comparison-text.ts'
import { contextFromFlags } from './context-from-flags.ts'
import { type DifferingRow, mostDiffering } from './differing-rows.ts'
import { exitCodes } from './exit-code.ts'
import { commonFlags, logFlags, modelFlags, required, text } from './flags.ts'
import { metricFromName } from './metric-from-flags.ts'
import { progressOn } from './progress.ts'
import { type RowWriter, rowWriter } from './row-writer.ts'
import { streamRowsFromFile } from './rows-from-file.ts'
import { chunked, chunkRows, emptyTally, prefixed, type ScoredRow, scoreRows, type Tally } from './score-rows.ts'
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
    data: { value: 'FILE', help: 'JSONL, JSON or CSV' },
    metric: { value: 'M', help: 'exact-match, f1, contains or ./metric.js' },
    save: { value: 'FILE', help: 'JSONL with both predictions and scores of every example' },
    ...modelFlags,
    ...logFlags,
    ...commonFlags,
  },
  async run(flags, terminal, signal) {
    const file = required(flags, 'data', 'test.jsonl')
    const metric = await metricFromName(required(flags, 'metric', 'exact-match'))
    const [before, after] = await comparedPrograms(flags)
    const { context, concurrency, modelName, prices } = contextFromFlags(flags, terminal, signal)
    const progress = progressOn(terminal)
    const startedAt = Date.now()
    const signature = bothSignatures(before.program.signature, after.program.signature)
    const chunks = chunked(streamRowsFromFile(file, { signature, needsLabels: metric.needsLabels }), chunkRows)
    // The first chunk is read before anything is written or asked, so that a wrong file costs nothing.
    const first = await chunks.next()
    if (first.done === true)
      throw new DataError('data/empty', `${file} has no rows. Give at least one example.`, { file })
    const saved = text(flags, 'save')
    const writer = saved === undefined ? undefined : await rowWriter(saved)
    try {
      const [tallyBefore, tallyAfter] = [emptyTally(), emptyTally()]
      let differing: readonly DifferingRow[] = []
      let chunk: readonly Example[] | undefined = first.value
      while (chunk !== undefined) {
        const start = tallyBefore.scores.length
        const end = start + chunk.length
        const score = ({ name, program }: ComparedProgram, tally: Tally, rows: readonly Example[]) =>
          scoreRows(rows, { program, metric, context, concurrency, tally }, done => progress.show(done, end, name))
        const left = await score(before, tallyBefore, chunk)
        const right = await score(after, tallyAfter, chunk)
        differing = mostDiffering(differing, left, right, start)
        if (writer !== undefined) await save(writer, left, right)
        const next = await chunks.next()
        chunk = next.done === true ? undefined : next.value
      }
      progress.clear()
      await writer?.close()
      const side = ({ name }: ComparedProgram, { scores, failures, usage }: Tally) => {
        const { mean, low, high, n } = meanInterval(scores)
        const cost = costOf(context.model.id, usage, prices)
        return {
          ...{ program: name, score: mean, n, low, high, failures },
          ...{ calls: usage.calls, cachedCalls: usage.cachedCalls },
          tokens: { input: usage.inputTokens, output: usage.outputTokens },
          ...(cost === undefined ? {} : { cost }),
        }
      }
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
    } catch (error) {
      progress.clear()
      await writer?.discard().catch(() => {}) // what went wrong first is told
      throw error
    }
  },
}

const save = async (writer: RowWriter, before: readonly ScoredRow[], after: readonly ScoredRow[]): Promise<void> => {
  for (const [index, left] of before.entries()) {
    const right = after[index]
    if (right === undefined) continue
    await writer.write({
      ...left.example,
      ...sideOf('before', left),
      ...sideOf('after', right),
      difference: right.score - left.score,
    })
  }
}

const sideOf = (name: string, { prediction, score, error }: ScoredRow): Example => ({
  ...prefixed(name, prediction),
  [`${name} score`]: score,
  ...(error === undefined ? {} : { [`${name} error`]: String(error) }),
})
