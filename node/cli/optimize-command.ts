import { join } from 'node:path'
import type { Budget } from '../../src/index.ts'
import { saveProgram } from '../../src/index.ts'
import { stateDigest } from '../../src/modules/index.ts'
import { writeReport } from '../report/write-report.ts'
import { writeAtomically } from '../write-atomically.ts'
import type { Command } from './command.ts'
import { contextFromFlags } from './context-from-flags.ts'
import { exitCodes } from './exit-code.ts'
import { commonFlags, type Flags, modelFlags, number, programFlags, required, text } from './flags.ts'
import { metricFromName } from './metric-from-flags.ts'
import { optimizationSummary } from './optimization-summary.ts'
import { type Optimized, optimizeProgram } from './optimize-program.ts'
import { optimizerFromName } from './optimizer-from-name.ts'
import { programFromFlags } from './program-from-flags.ts'
import { followOptimizer, progressOn } from './progress.ts'
import { rowsFromFile } from './rows-from-file.ts'
import { fileDigest, openRunDirectory, type RunDirectory } from './run-directory.ts'
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
    metric: { value: 'M', help: 'exact-match, f1, contains or ./metric.js' },
    optimizer: { value: 'O', help: 'auto, labeled-few-shot, bootstrap-few-shot, bootstrap-random-search' },
    seed: { value: 'N', help: 'decides every choice of the run; 0 when absent' },
    'budget-calls': { value: 'N', help: 'model calls the whole command may make' },
    'budget-tokens': { value: 'N', help: 'input and output tokens of the optimization' },
    'budget-seconds': { value: 'N', help: 'seconds the optimization may take' },
    out: { value: 'FILE', help: 'the program file; program.json when absent' },
    report: { value: 'FILE|off', help: 'the HTML report; beside --out when absent' },
    run: { value: 'DIR', help: 'remembers every answer: the same command again goes on where it stopped' },
    ...modelFlags,
    ...commonFlags,
  },
  async run(flags, terminal, signal) {
    const files = {
      train: required(flags, 'train', 'train.jsonl'),
      dev: required(flags, 'dev', 'dev.jsonl'),
      test: text(flags, 'test'),
    }
    const metric = await metricFromName(required(flags, 'metric', 'exact-match'))
    const seed = number(flags, 'seed', { least: 0 }) ?? 0
    const optimizer = optimizerFromName(text(flags, 'optimizer') ?? 'auto', seed)
    const budget = budgetOf(flags)
    const program = await programFromFlags(flags)
    const needs = { signature: program.signature, needsLabels: metric.needsLabels }
    const train = await rowsFromFile(files.train, needs)
    const dev = await rowsFromFile(files.dev, needs)
    const test = files.test === undefined ? undefined : await rowsFromFile(files.test, needs)
    const runPath = text(flags, 'run')
    const directory: RunDirectory | undefined =
      runPath === undefined
        ? undefined
        : await openRunDirectory(runPath, {
            command: 'optimize',
            program: await stateDigest(program.state),
            metric: metric.name,
            optimizer: optimizer.name,
            seed,
            model: text(flags, 'model') ?? 'local/nano',
            baseUrl: text(flags, 'base-url'),
            adapter: text(flags, 'adapter'),
            temperature: text(flags, 'temperature'),
            maxTokens: text(flags, 'max-tokens'),
            ...Object.fromEntries(Object.entries(budget).map(([unit, limit]) => [`budget ${unit}`, limit])),
            train: await fileDigest(files.train),
            dev: await fileDigest(files.dev),
            test: files.test === undefined ? undefined : await fileDigest(files.test),
          })
    const { context, concurrency, modelName, adapterName } = contextFromFlags(
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
    let done: Optimized
    try {
      done = await optimizeProgram(
        { program, train, dev, test, metric, optimizer, budget, context, concurrency, seed },
        {
          onEvent: event => {
            follow(event)
            if (!isJson) return
            if (event.type === 'run-started' || event.type === 'run-finished') terminal.out(jsonLine(event))
            if (event.type === 'candidate-evaluated') {
              const { index, label, score, low, high, failures, calls } = event.candidate
              terminal.out(
                jsonLine({ type: event.type, index, label, score, low, high, failures, calls, best: event.best.score }),
              )
            }
          },
          onTest: (done, total, about) => progress.show(done, total, about),
        },
      )
    } finally {
      progress.clear()
    }
    if (done.result.outcome === 'budget') {
      terminal.err(
        'kkachi: the budget ended before anything was found. Nothing was written; give more, or fewer rows in --dev.\n',
      )
      if (isJson)
        terminal.out(jsonLine({ type: 'result', outcome: 'budget', calls: done.calls, cachedCalls: done.cachedCalls }))
      return exitCodes.budget
    }
    const provenance = {
      optimizer: optimizer.name,
      seed,
      model: modelName,
      metric: metric.name,
      train: { rows: train.length, sha256: await fileDigest(files.train) },
      dev: { rows: dev.length, sha256: await fileDigest(files.dev) },
      before: done.before ?? null,
      after: done.after ?? null,
      test: done.test ?? null,
      calls: done.calls + done.cachedCalls,
    }
    await writeAtomically(out, await saveProgram(done.result.program, { adapter: adapterName, provenance }))
    if (report !== 'off') {
      await writeReport(report, {
        ...done,
        optimizer: optimizer.name,
        metric: metric.name,
        model: modelName,
        adapter: context.adapter,
        student: program,
        sample: dev[0] ?? {},
        seed,
      })
    }
    const summary = { ...done, out, report: report === 'off' ? undefined : report }
    if (isJson) terminal.out(jsonLine(optimizationSummary.asResult(summary)))
    else
      terminal.out(
        optimizationSummary.asText(summary, {
          student: program,
          sample: dev[0] ?? {},
          adapter: context.adapter,
          metric: metric.name,
        }),
      )
    return exitCodes.done
  },
}

const budgetOf = (flags: Flags): Budget => {
  const calls = number(flags, 'budget-calls', { least: 1 })
  const tokens = number(flags, 'budget-tokens', { least: 1 })
  const seconds = number(flags, 'budget-seconds', { least: 0.001, whole: false })
  return {
    ...(calls === undefined ? {} : { calls }),
    ...(tokens === undefined ? {} : { tokens }),
    ...(seconds === undefined ? {} : { seconds }),
  }
}
