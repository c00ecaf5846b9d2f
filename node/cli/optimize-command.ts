import { join } from 'node:path'
import { saveProgram } from '../../src/index.ts'
import { writeReport } from '../report/write-report.ts'
import { writeAtomically } from '../write-atomically.ts'
import { budgetText } from './budget-text.ts'
import { checkPlace } from './check-place.ts'
import type { Command } from './command.ts'
import { contextFromFlags } from './context-from-flags.ts'
import { checkNotOver, instructionsFile, journalOf } from './continue-request.ts'
import { keepFlags } from './earlier-flags.ts'
import { exitCodes } from './exit-code.ts'
import { text } from './flags.ts'
import { keptAnswers } from './kept-answers.ts'
import { liveView } from './live-view.ts'
import { modelSpending } from './model-spending.ts'
import { optimizationSummary } from './optimization-summary.ts'
import { optimizeFlags } from './optimize-flags.ts'
import { type Optimized, optimizeProgram } from './optimize-program.ts'
import { optimizeRequest } from './optimize-request.ts'
import { progressOn } from './progress.ts'
import { provenanceOf } from './provenance.ts'
import { publicEvent } from './public-event.ts'
import { openRunDirectory, type RunDirectory } from './run-directory.ts'
import { runSettings } from './run-settings.ts'
import { jsonLine, type Terminal } from './terminal.ts'
import { triedInstructions } from './tried-instructions.ts'

/** `kkachi optimize`: makes a program better and writes what it learned. */
export const optimizeCommand: Command = {
  name: 'optimize',
  summary: 'make a program better by examples',
  usage:
    'kkachi optimize --signature "text -> label" --train train.jsonl --dev dev.jsonl --metric exact-match --out program.json',
  flags: optimizeFlags,
  async run(given, terminal, signal) {
    const request = await optimizeRequest(given, terminal.environment)
    const { flags, program, train, dev, test, metric, optimizer, seed, budget } = request
    const runPath = text(flags, 'run')
    const directory = runPath === undefined ? undefined : await openRunDirectory(runPath, await runSettings(request))
    const out = text(flags, 'out') ?? directory?.path('program.json') ?? 'program.json'
    const report =
      text(flags, 'report') ??
      (directory === undefined ? out.replace(/(\.json)?$/, '.html') : join(runPath ?? '', 'report.html'))
    checkNotOver(flags, out)
    await checkPlace(out, 'out')
    if (report !== 'off') await checkPlace(report, 'report')
    const journal = journalOf(flags, directory?.journal, request.since)
    const { context, concurrency, modelName, adapterName, prices, writeTrace } = await contextFromFlags(
      flags,
      terminal,
      signal,
      journal,
    )
    await directory?.begin()
    if (runPath !== undefined) await keepFlags(runPath, flags)

    const spending = modelSpending({ ...prices, ...budget.prices })
    const model = spending.watched(context.model)
    const promptModel =
      request.promptModel && spending.watched(keptAnswers(request.promptModel, text(flags, 'cache'), journal))
    const progress = progressOn(terminal)
    const isJson = flags.json === true
    const startedAt = Date.now()
    const left = () => budgetText(budget, { ...spending.spent, seconds: (Date.now() - startedAt) / 1000 })
    const follow = liveView(progress, terminal, left)
    const tell = (event: Parameters<typeof publicEvent>[0]): void => {
      follow(event)
      const shown = isJson ? publicEvent(event) : undefined
      if (shown !== undefined) terminal.out(jsonLine(shown))
    }
    for (const notice of request.notices) tell({ type: 'warning', ...notice })
    const write = async (found: Optimized): Promise<void> => {
      const provenance = provenanceOf(request, found)
      await writeAtomically(out, await saveProgram(found.result.program, { adapter: adapterName, provenance }))
    }
    let isFound = false
    let done: Optimized
    try {
      done = await optimizeProgram(
        {
          ...{ program, metric, optimizer, promptModel, budget, context: { ...context, model }, concurrency, seed },
          ...{ train: train.rows, dev: dev.rows, test: test?.rows },
          ...{ instructions: request.instructions, regressions: request.regressions },
        },
        {
          onEvent: tell,
          onFound: async found => {
            await write(found)
            isFound = true
          },
          onTest: (done, total, about) => progress.show(done, total, about, left() ?? ''),
        },
      )
    } catch (error) {
      progress.clear()
      if (isFound) terminal.err(`kkachi: the program that was found is in ${out}; its held-out test did not end.\n`)
      if (signal.aborted && runPath !== undefined)
        terminal.err(`kkachi: what was answered is kept in ${runPath}; the same command again goes on from there.\n`)
      throw error
    } finally {
      await writeTrace()
    }
    progress.clear()
    const { cost } = spending
    if (done.result.outcome === 'budget') return endWithoutProgram(terminal, isJson, { ...done, cost })
    if (done.heldOut) {
      await write(done)
      if (done.heldOut.after === undefined)
        terminal.err('kkachi: the held-out test is not scored: the budget ended. Give more, or fewer rows in --test.\n')
    }
    const warnings = [...request.notices, ...done.warnings]
    const shown = { student: program, sample: dev.rows[0] ?? {}, adapter: context.adapter, metric: metric.name }
    if (report !== 'off')
      await writeReport(report, {
        ...done,
        ...shown,
        ...{ warnings, optimizer: optimizer.name, model: modelName, seed, dev: dev.rows, cost },
      })
    await keepInstructions(directory, done)
    const summary = { ...done, warnings, cost, out, report: report === 'off' ? undefined : report }
    if (isJson) terminal.out(jsonLine(optimizationSummary.asResult(summary)))
    else terminal.out(optimizationSummary.asText(summary, shown))
    return exitCodes.done
  },
}

const endWithoutProgram = (
  terminal: Terminal,
  isJson: boolean,
  { calls, cachedCalls, tokens, cost, seconds, warnings }: Optimized & { readonly cost: number | undefined },
): number => {
  terminal.err(
    'kkachi: the budget ended before anything was found. Nothing was written; give more, or fewer rows in --dev.\n',
  )
  if (isJson) {
    const spent = { calls, cachedCalls, tokens, cost, seconds, warnings }
    terminal.out(jsonLine({ type: 'result', outcome: 'budget', ...spent }))
  }
  return exitCodes.budget
}

/** What a later run may try again. */
const keepInstructions = async (
  directory: RunDirectory | undefined,
  { result }: Pick<Optimized, 'result'>,
): Promise<void> => {
  const tried = triedInstructions(result)
  if (directory === undefined || tried.length === 0) return
  await writeAtomically(directory.path(instructionsFile), `${JSON.stringify(tried, null, 2)}\n`)
}
