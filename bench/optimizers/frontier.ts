/*
 * Every optimizer of DSPy and ours on the same simulated worlds, in one run, against one server that counts the calls.
 * Prints the tables beside what `auto` has to reach, and writes them to results-optimizers.md.
 *
 *   KKACHI_PYTHON=/path/to/python npm run optimizers      everything, about 40 minutes on two cores
 *   node optimizers/frontier.ts --only auto --in-process  `auto` alone, without a server, in seconds; writes nothing
 *
 *   --only auto,ports,dspy   --worlds 1,2,3 (seeds)   --seeds 0,1,2   --budgets 60,120   --held-out (alone)
 */
import { parseArgs } from 'node:util'
import { bars } from './bars.ts'
import { comparisonTables, frontierTables } from './frontier-tables.ts'
import { auto, ports } from './our-optimizers.ts'
import { writeSection } from './results-file.ts'
import { python, runDspy } from './run-dspy.ts'
import { type KkachiRun, runKkachi } from './run-kkachi.ts'
import { type FailedRun, isFailed, type RunResult } from './run-result.ts'
import { startServer } from './server-process.ts'

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: 'auto,ports,dspy' },
    'in-process': { type: 'boolean', default: false },
    'held-out': { type: 'boolean', default: false },
    worlds: { type: 'string', default: '1,2,3' },
    seeds: { type: 'string', default: '0,1,2' },
    budgets: { type: 'string', default: bars.map(({ budget }) => budget).join(',') },
    write: { type: 'boolean', default: false },
  },
})

const numbers = (text: string): readonly number[] => text.split(',').map(Number)
const only = new Set(values.only.split(','))
const families = values['held-out']
  ? [['route', 'file']]
  : [
      ['classify', 'extract'],
      ['route', 'file'],
    ]
const namesOf = (tasks: readonly string[]): readonly string[] =>
  tasks.flatMap(task =>
    ['easy', 'hard'].flatMap(difficulty => numbers(values.worlds).map(seed => `${task}-${difficulty}-${seed}`)),
  )

await using server = values['in-process'] ? undefined : await startServer()
const started = performance.now()
const runs: RunResult[] = []
const failures: FailedRun[] = []
const note = (run: RunResult | FailedRun): void => {
  if (isFailed(run)) failures.push(run)
  else runs.push(run)
  const told = isFailed(run) ? run.error : `${run.calls} calls, dev ${run.dev.toFixed(1)}, test ${run.test.toFixed(1)}`
  process.stderr.write(`${run.library} ${run.optimizer} ${run.world} seed ${run.seed}: ${told}\n`)
}

const ours = function* (): Generator<KkachiRun> {
  for (const world of families.flatMap(namesOf)) {
    if (only.has('auto')) {
      for (const budget of numbers(values.budgets))
        for (const seed of numbers(values.seeds))
          yield { label: `auto ${budget}`, optimizer: auto(), world, seed, budget, server }
    }
    if (only.has('ports'))
      for (const [label, make] of Object.entries(ports)) yield { label, optimizer: make(), world, seed: 0, server }
  }
}

// DSPy has the other core.
const theirs = async (): Promise<void> => {
  if (!only.has('dspy') || server === undefined) return
  for await (const run of runDspy({ url: server.url, worlds: namesOf(families[0] ?? []) })) note(run)
}
const all = async (): Promise<void> => {
  for (const run of ours()) note(await runKkachi(run))
}
await Promise.all([theirs(), all()])

const minutes = (performance.now() - started) / 60_000
const tables = [frontierTables(runs), comparisonTables(runs)].flat().join('\n\n')
const failed = failures.map(({ library, optimizer, world, error }) => `- ${library} ${optimizer} on ${world}: ${error}`)
const report = `${tables}${failed.length > 0 ? `\n\nEnded with an error:\n\n${failed.join('\n')}` : ''}`
console.log(`${report}\n\n${minutes.toFixed(1)} minutes.`)

const isWhole =
  values.write || (only.size === 3 && !values['in-process'] && !values['held-out'] && python !== undefined)
if (isWhole) writeSection('frontier', report, minutes)
