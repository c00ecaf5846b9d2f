import { execFile, spawn } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'
import type { FailedRun, RunResult } from './run-result.ts'

/** The Python that has DSPy and what stands in requirements.txt, if there is one. */
export const python = process.env.KKACHI_PYTHON

const script = join(import.meta.dirname, 'dspy_optimizers.py')

/** The names of DSPy's optimizers in the order of their cost. */
export const dspyOptimizers = async (): Promise<readonly string[]> => {
  if (python === undefined) return []
  const { stdout } = await promisify(execFile)(python, [script, '--list'])
  return JSON.parse(stdout)
}

export interface DspyRuns {
  readonly url: string
  readonly worlds: readonly string[]
  /** Every one when absent. */
  readonly optimizers?: readonly string[]
  /** The seed of the optimizers; 0 when absent, `world` for that of the world. */
  readonly seed?: 'world'
  /** Which settings of the Python file; those of `OPTIMIZERS` when absent. */
  readonly settings?: 'fidelity'
}

/** Runs DSPy's optimizers one after the other, in a process of their own. */
export async function* runDspy({
  url,
  worlds,
  optimizers,
  seed,
  settings,
}: DspyRuns): AsyncGenerator<RunResult | FailedRun> {
  if (python === undefined) return
  const child = spawn(
    python,
    [
      script,
      url,
      ...['--worlds', worlds.join(',')],
      ...(optimizers ? ['--optimizers', optimizers.join(';')] : []),
      ...(seed ? ['--seeds', seed] : []),
      ...(settings ? ['--settings', settings] : []),
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  )
  const ended = new Promise<number | null>(resolve => child.once('exit', resolve))
  for await (const line of createInterface({ input: child.stdout })) yield JSON.parse(line)
  const code = await ended
  if (code !== 0) throw new Error(`DSPy's runs ended with ${code}.`)
}
