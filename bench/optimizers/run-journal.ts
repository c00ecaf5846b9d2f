import { appendFileSync, existsSync, readFileSync } from 'node:fs'
import { type FailedRun, isFailed, type RunResult } from './run-result.ts'

/** The runs of one comparison. With a file, an interrupted one goes on where it was. */
export interface RunJournal {
  readonly runs: readonly RunResult[]
  readonly failures: readonly FailedRun[]
  /** Whether a run of the optimizer, world and seed is there already, and ended well. */
  has(library: string, optimizer: string, world: string, seed: number): boolean
  add(run: RunResult | FailedRun): void
}

export const runJournal = (file: string | undefined): RunJournal => {
  const runs: RunResult[] = []
  const failures: FailedRun[] = []
  const known = new Set<string>()
  const keep = (run: RunResult | FailedRun): void => {
    if (isFailed(run)) failures.push(run)
    else {
      known.add([run.library, run.optimizer, run.world, run.seed].join())
      runs.push(run)
    }
  }
  if (file !== undefined && existsSync(file))
    for (const line of readFileSync(file, 'utf8').split('\n')) {
      // What failed is tried again.
      if (line !== '' && !isFailed(JSON.parse(line))) keep(JSON.parse(line))
    }
  return {
    runs,
    failures,
    has: (...key) => known.has(key.join()),
    add: run => {
      keep(run)
      if (file !== undefined) appendFileSync(file, `${JSON.stringify(run)}\n`)
      const told = isFailed(run)
        ? run.error
        : `${run.calls} calls, dev ${run.dev.toFixed(1)}, test ${run.test.toFixed(1)}`
      process.stderr.write(`${run.library} ${run.optimizer} ${run.world} seed ${run.seed}: ${told}\n`)
    },
  }
}
