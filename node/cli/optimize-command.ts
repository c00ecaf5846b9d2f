import { join } from 'node:path'
import { costOf, type OptimizerEvent, saveProgram } from '../../src/index.ts'
import { writeReport } from '../report/write-report.ts'
import { writeAtomically } from '../write-atomically.ts'
import type { Command } from './command.ts'
import { contextFromFlags } from './context-from-flags.ts'
import { exitCodes } from './exit-code.ts'
import { commonFlags, logFlags, modelFlags, programFlags, text } from './flags.ts'
import { metricFlags } from './judge-from-flags.ts'
import { optimizationSummary } from './optimization-summary.ts'
import { type Optimized, optimizeProgram } from './optimize-program.ts'
import { optimizeRequest, runSettings } from './optimize-request.ts'
import { followOptimizer, progressOn } from './progress.ts'
import { openRunDirectory } from './run-directory.ts'
import { jsonLine } from './terminal.ts'

/** `kkachi optimize`: makes a program better and writes what it learned. */
export const optimizeCommand: Command = {
  name: 'optimize',
  summary: 'make a program better by examples',
  usage:
    'kkachi optimize --signature "text -> label" --train train.jsonl --dev dev.jsonl --metric exact-match --out program.json',
  flags: {
    ...programFlags,
    train: { value: 'FILE', help: 'what to learn from: JSONL, JSON or CSV' },
    dev: { value: 'FILE', help: 'what to choose by' },
    test: { value: 'FILE', help: 'held out: scored before and after, never looked at in between' },
    ...metricFlags,
    optimizer: {
      value: 'O',
      help: 'auto, labeled-few-shot, bootstrap-few-shot, bootstrap-random-search, knn-few-shot',
    },
    neighbors: { value: 'K', help: 'with knn-few-shot: rows shown at each call; 3 when absent' },
    seed: { value: 'N', help: 'decides every choice of the run; 0 when absent' },
    'budget-calls': { value: 'N', help: 'model calls the whole command may make; a judge may make as many of its own' },
    'budget-tokens': { value: 'N', help: 'input and output tokens of the whole command' },
    'budget-usd': { value: 'N', help: 'US dollars of the whole command, by --price or our dated list' },
    'budget-seconds': { value: 'N', help: 'seconds in which the whole command may ask models' },
    out: { value: 'FILE', help: 'the program file; program.json when absent' },
    report: { value: 'FILE|off', help: 'the HTML report; beside --out when absent' },
    run: { value: 'DIR', help: 'remembers every answer: the same command again goes on where it stopped' },
    ...modelFlags,
    ...logFlags,
    ...commonFlags,
  },
  async run(flags, terminal, signal) {
    const request = await optimizeRequest(flags, terminal.environment)
    const { program, train, dev, test, metric, optimizer, seed, budget } = request
    const runPath = text(flags, 'run')
    const directory =
      runPath === undefined ? undefined : await openRunDirectory(runPath, await runSettings(flags, request))
    const { context, concurrency, modelName, adapterName, prices } = await contextFromFlags(
      flags,
      terminal,
      signal,
      directory?.journal,
    )
    const out = text(flags, 'out') ?? directory?.path('program.json') ?? 'program.json'
    const report =
      text(flags, 'report') ??
      (directory === undefined ? out.replace(/(\.json)?$/, '.html') : join(runPath ?? '', 'report.html'))
    await directory?.begin()

    const progress = progressOn(terminal)
    const isJson = flags.json === true
    const follow = followOptimizer(progress)
    const write = async (found: Optimized): Promise<void> => {
      const provenance = {
        optimizer: optimizer.name,
        seed,
        model: modelName,
        metric: metric.name,
        train: { rows: train.rows.length, sha256: train.sha256 },
        dev: { rows: dev.rows.length, sha256: dev.sha256 },
        before: found.before ?? null,
        after: found.after ?? null,
        test: found.heldOut?.after ?? null,
        calls: found.calls + found.cachedCalls,
      }
      await writeAtomically(out, await saveProgram(found.result.program, { adapter: adapterName, provenance }))
    }
    let isFound = false
    let done: Optimized
    try {
      done = await optimizeProgram(
        {
          ...{ program, metric, optimizer, budget, context, concurrency, seed },
          ...{ train: train.rows, dev: dev.rows, test: test?.rows },
        },
        {
          onEvent: event => {
            follow(event)
            const shown = isJson ? publicEvent(event) : undefined
            if (shown !== undefined) terminal.out(jsonLine(shown))
          },
          onFound: async found => {
            await write(found)
            isFound = true
          },
          onTest: (done, total, about) => progress.show(done, total, about),
        },
      )
    } catch (error) {
      progress.clear()
      if (isFound) terminal.err(`kkachi: the program that was found is in ${out}; its held-out test did not end.\n`)
      throw error
    }
    progress.clear()
    const cost = costOf(context.model.id, { inputTokens: done.tokens.input, outputTokens: done.tokens.output }, prices)
    if (done.result.outcome === 'budget') {
      terminal.err(
        'kkachi: the budget ended before anything was found. Nothing was written; give more, or fewer rows in --dev.\n',
      )
      if (isJson) {
        const { calls, cachedCalls, tokens, seconds } = done
        terminal.out(jsonLine({ ...{ type: 'result', outcome: 'budget', calls, cachedCalls, tokens }, cost, seconds }))
      }
      return exitCodes.budget
    }
    if (done.heldOut) {
      await write(done)
      if (done.heldOut.after === undefined)
        terminal.err('kkachi: the held-out test is not scored: the budget ended. Give more, or fewer rows in --test.\n')
    }
    const shown = { student: program, sample: dev.rows[0] ?? {}, adapter: context.adapter, metric: metric.name }
    if (report !== 'off')
      await writeReport(report, { ...done, ...shown, optimizer: optimizer.name, model: modelName, seed })
    const summary = { ...done, cost, out, report: report === 'off' ? undefined : report }
    if (isJson) terminal.out(jsonLine(optimizationSummary.asResult(summary)))
    else terminal.out(optimizationSummary.asText(summary, shown))
    return exitCodes.done
  },
}

/** What `--json` tells of an event: numbers, not programs. */
const publicEvent = (event: OptimizerEvent): object | undefined => {
  if (event.type === 'run-started' || event.type === 'run-finished') return event
  if (event.type !== 'candidate-evaluated') return undefined
  const { index, label, score, low, high, failures, calls } = event.candidate
  return { type: event.type, index, label, score, low, high, failures, calls, best: event.best.score }
}
