/*
 * Every optimizer of DSPy and ours on the same simulated worlds, in one run, against one server that counts the calls.
 * Prints the tables beside what `auto` has to reach, and writes them to results-optimizers.md.
 *
 *   KKACHI_PYTHON=/path/to/python npm run optimizers      everything, about 30 minutes on two idle cores
 *   node optimizers/frontier.ts --only auto --in-process  `auto` alone, without a server, in minutes; writes nothing
 *
 *   --only auto,ports,dspy   --worlds 1,2,3 (seeds)   --seeds 0,1,2   --budgets 60,120   --family first|held-out|both
 *   --journal FILE           keeps every run there and goes on where an interrupted comparison was
 *   --write                  writes the results of a part, too
 */
import { parseArgs } from 'node:util'
import { bars } from './bars.ts'
import { comparisonTables, frontierTables } from './frontier-tables.ts'
import { auto, ports } from './our-optimizers.ts'
import { writeSection } from './results-file.ts'
import { dspyOptimizers, python, runDspy } from './run-dspy.ts'
import { runJournal } from './run-journal.ts'
import { type KkachiRun, runKkachi } from './run-kkachi.ts'
import { startServer } from './server-process.ts'

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: 'auto,ports,dspy' },
    'in-process': { type: 'boolean', default: false },
    family: { type: 'string', default: 'both' },
    worlds: { type: 'string', default: '1,2,3' },
    seeds: { type: 'string', default: '0,1,2' },
    budgets: { type: 'string', default: bars.map(({ budget }) => budget).join(',') },
    journal: { type: 'string' },
    write: { type: 'boolean', default: false },
  },
})

const numbers = (text: string): readonly number[] => text.split(',').map(Number)
const only = new Set(values.only.split(','))
const namesOf = (tasks: readonly string[]): readonly string[] =>
  numbers(values.worlds).flatMap(seed =>
    ['easy', 'hard'].flatMap(difficulty => tasks.map(task => `${task}-${difficulty}-${seed}`)),
  )
const first = values.family === 'held-out' ? [] : namesOf(['classify', 'extract'])
const heldOut = values.family === 'first' ? [] : namesOf(['route', 'file'])

await using server = values['in-process'] ? undefined : await startServer()
const started = performance.now()
const journal = runJournal(values.journal)
const before = journal.runs.length

const ours = function* (): Generator<KkachiRun> {
  for (const world of [...first, ...heldOut]) {
    if (only.has('auto')) {
      for (const budget of numbers(values.budgets))
        for (const seed of numbers(values.seeds))
          yield { label: `auto ${budget}`, optimizer: auto(), world, seed, budget, server }
    }
    if (only.has('ports'))
      for (const [label, make] of Object.entries(ports)) yield { label, optimizer: make(), world, seed: 0, server }
  }
}

const runOurs = async (): Promise<void> => {
  for (const run of ours())
    if (!journal.has('kkachi', run.label, run.world, run.seed)) journal.add(await runKkachi(run))
}

/** DSPy has the other core. */
const runTheirs = async (): Promise<void> => {
  if (!only.has('dspy') || server === undefined || python === undefined) return
  const names = await dspyOptimizers()
  for (const world of [...first, ...heldOut]) {
    const optimizers = names.filter(name => !journal.has('dspy', name, world, 0))
    if (optimizers.length === 0) continue
    for await (const run of runDspy({ url: server.url, worlds: [world], optimizers })) journal.add(run)
  }
}

await Promise.all([runTheirs(), runOurs()])

const minutes = (performance.now() - started) / 60_000
const tables = [...frontierTables(journal.runs), ...comparisonTables(journal.runs)].join('\n\n')
const failed = journal.failures.map(
  ({ library, optimizer, world, error }) => `- ${library} ${optimizer} on ${world}: ${error}`,
)
const report = `${tables}${failed.length > 0 ? `\n\nEnded with an error:\n\n${failed.join('\n')}` : ''}`
console.log(`${report}\n\n${minutes.toFixed(1)} minutes.`)
const sittings = before > 0 ? `, ${before} of ${journal.runs.length} runs from a sitting before` : ''
if (values.write) writeSection('frontier', report, `${minutes.toFixed(0)} minutes${sittings}`)
