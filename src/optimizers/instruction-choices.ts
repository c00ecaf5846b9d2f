import { derive } from '../data/seeded-random.ts'
import type { Demo } from '../ports/module.ts'
import type { Spent } from '../search/budget.ts'
import { describeData } from '../search/describe-data.ts'
import { proposeGrounded } from '../search/grounded-proposer.ts'
import { instructionsOf } from '../search/instructions.ts'
import type { SearchEvent, Warning } from '../search/search-event.ts'
import type { SearchRun } from '../search/search-run.ts'
import type { MiproSettings } from './mipro-settings.ts'

export interface InstructionChoices {
  /** Predictor path to its instructions; the present ones are the first. */
  readonly byPath: ReadonlyMap<string, readonly string[]>
  readonly cut: boolean
  readonly warnings: readonly Warning[]
}

/** What each predictor could be told: what it is told now, what the caller gave, what the prompt model wrote. */
export async function* instructionChoices<Input, Output extends object, Row extends object>(
  run: SearchRun<Input, Output, Row>,
  settings: MiproSettings,
  grounds: {
    /** Instructions in all, the present ones included and the given ones not. */
    readonly count: number
    readonly rows: readonly number[]
    readonly batches: number
    readonly demos: ReadonlyMap<string, readonly (readonly Demo[])[]> | undefined
    readonly keep: Spent
  },
): AsyncGenerator<SearchEvent, InstructionChoices, undefined> {
  const { initTemperature: temperature, viewDataBatchSize: batchSize, programAware } = settings
  const { batches, keep, demos } = grounds
  const student = run.program.state
  const choices = (written: ReadonlyMap<string, readonly string[]>): InstructionChoices['byPath'] =>
    new Map(
      Object.keys(student).map(path => {
        const given = run.givenInstructions.flatMap(texts => (Object.hasOwn(texts, path) ? [texts[path] ?? ''] : []))
        return [path, [...new Set([instructionsOf(student, path), ...given, ...(written.get(path) ?? [])])]] as const
      }),
    )
  if (!run.promptModel.isThere) return { byPath: choices(new Map()), cut: false, warnings: [unwritten('cannot write')] }
  const rows = grounds.rows.flatMap(place => run.train[place] ?? [])
  const about = batches === 0 ? undefined : yield* describeData(run, rows, { batchSize, batches, temperature: 1, keep })
  const written =
    about?.cut === true
      ? undefined
      : yield* proposeGrounded(run, {
          count: grounds.count - 1,
          data: about?.text,
          demos: settings.fewshotAware ? demos : undefined,
          programAware,
          tips: settings.tipAware ? derive(run.seed, 'tips') : undefined,
          temperature,
          keep,
        })
  if (written === undefined) return { byPath: choices(new Map()), cut: true, warnings: [] }
  const isNone = grounds.count > 1 && [...written.values()].every(texts => texts.length === 0)
  // Where each answer failed, every optimizer says so.
  const { asked, failed } = run.promptModel.record
  const warnings = isNone && failed < asked ? [unwritten('wrote nothing new')] : []
  return { byPath: choices(written), cut: false, warnings }
}

const unwritten = (why: string): Warning => ({
  code: 'no-proposals',
  message: `The prompt model ${why}, so that only demos and given instructions were searched. Give a stronger promptModel, or instructions of your own in the problem.`,
})
