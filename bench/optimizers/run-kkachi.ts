import { openaiCompatible } from '../../src/models/openai-compatible.ts'
import type { Optimizer } from '../../src/optimizers/optimizer.ts'
import type { LanguageModel } from '../../src/ports/language-model.ts'
import type { Module } from '../../src/ports/module.ts'
import { worldOf } from './named-world.ts'
import { programOf } from './program-of-world.ts'
import type { FailedRun, RunResult } from './run-result.ts'
import type { SimulatedServer } from './server-process.ts'
import type { Row, World } from './world.ts'

export interface KkachiRun {
  readonly label: string
  readonly optimizer: Optimizer
  readonly world: string
  readonly seed: number
  /** Calls it may spend; without limit when absent. */
  readonly budget?: number
  /** Without development rows when false. */
  readonly dev?: boolean
  /** In process when absent. */
  readonly server?: SimulatedServer | undefined
}

let runs = 0

/** Runs one optimizer on one world, and scores what it gave on dev and test without counting that. */
export const runKkachi = async ({
  label,
  optimizer,
  world: name,
  seed,
  budget,
  server,
  dev: withDev = true,
}: KkachiRun): Promise<RunResult | FailedRun> => {
  const world = worldOf(name)
  const run = `kkachi-${runs++}`
  const model: LanguageModel = server
    ? openaiCompatible({ model: 'simulated', baseUrl: `${server.url}/${run}/${name}/v1`, provider: 'simulated' })
    : world.model
  const start = performance.now()
  try {
    const result = await optimizer.optimize(programOf(world), {
      train: world.train,
      ...(withDev && { dev: world.dev }),
      metric: world.metric,
      model,
      seed,
      ...(budget !== undefined && { budget: { calls: budget } }),
    })
    const seconds = (performance.now() - start) / 1000
    const counts = server
      ? await server.counts(run, name)
      : { calls: result.calls, completions: result.calls, promptTokens: result.usage.inputTokens }
    const { calls, completions, promptTokens } = counts
    return {
      ...{ library: 'kkachi', optimizer: label, world: name, seed, calls, completions, promptTokens, seconds },
      dev: await scoreOf(result.program, world, world.dev),
      test: await scoreOf(result.program, world, world.test),
      ...(budget !== undefined && { budget }),
      ...(result.score !== undefined && { reported: 100 * result.score }),
    }
  } catch (error) {
    return { library: 'kkachi', optimizer: label, world: name, seed, error: String(error) }
  }
}

/** The mean of the metric in percent, in process. */
export const scoreOf = async (program: Module<Row, object>, world: World, rows: readonly Row[]): Promise<number> => {
  let sum = 0
  for (const row of rows) {
    const input = Object.fromEntries(Object.entries(row).filter(([field]) => field === world.shape.input))
    sum += world.metric(row, await program.run(input, { model: world.model }).catch(() => ({}))).score
  }
  return (100 * sum) / rows.length
}
