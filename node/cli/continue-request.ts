import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { ConfigurationError, type Example, type Storage } from '../../src/index.ts'
import { stateDigest } from '../../src/modules/index.ts'
import { memoryStorage } from '../../src/storage/index.ts'
import { fileSystemStorage } from '../storage/file-system.ts'
import { failuresFromFile } from './failures-from-file.ts'
import { type Flags, text } from './flags.ts'
import { type GivenInstructions, instructionsFromFile } from './instructions-from-file.ts'
import type { AnyProgram } from './program-from-flags.ts'
import { readThrough } from './read-through.ts'
import { type RowsOptions, rowsFromFile } from './rows-from-file.ts'
import { fileDigest } from './run-directory.ts'

/** Flags of a run that goes on from an earlier one. */
export const continueFlags = {
  from: { value: 'FILE', help: 'go on from this program; a module --program ./program.ts has it as its state' },
  'from-run': {
    value: 'DIR',
    help: 'go on from a run kept with --run: its program, its flags where none are given, its answers',
  },
  corrections: { value: 'FILE', help: 'rows with the right answer since then: learned from first' },
  failures: { value: 'FILE', help: 'rows it got wrong, as eval --save wrote them: always among those chosen by' },
} as const

/** Rows of one file, and the file's SHA-256. */
export interface DataFile {
  readonly rows: readonly Example[]
  readonly sha256: string
}

/** What is known since an earlier program was made. */
export interface ContinueRequest {
  /** The digest of what the earlier program had learned. */
  readonly parent: string
  readonly corrections: DataFile | undefined
  readonly failures: DataFile | undefined
  /** The folder of the earlier run. */
  readonly run: string | undefined
  /** What the earlier run found worth telling a model. */
  readonly instructions: GivenInstructions
}

/**
 * What a run goes on from; undefined for one that goes on from nothing.
 *
 * @throws ConfigurationError, DataError
 */
export const continueRequest = async (
  flags: Flags,
  program: AnyProgram,
  needs: RowsOptions,
): Promise<ContinueRequest | undefined> => {
  const [from, run] = [text(flags, 'from'), text(flags, 'from-run')]
  const [corrections, failures] = [text(flags, 'corrections'), text(flags, 'failures')]
  if (from === undefined) {
    const [flag] = ['corrections', 'failures'].filter(name => text(flags, name) !== undefined)
    if (flag === undefined) return undefined
    throw new ConfigurationError(
      'configuration/missing',
      `Expected --from beside --${flag}. Write --from program.json, or --from-run DIR.`,
      { option: 'from' },
    )
  }
  const kept = run === undefined ? undefined : join(run, instructionsFile)
  return {
    parent: await stateDigest(program.state),
    corrections: corrections === undefined ? undefined : await rowsOf(corrections, { ...needs, needsLabels: true }),
    failures:
      failures === undefined
        ? undefined
        : { rows: await failuresFromFile(failures, needs), sha256: await fileDigest(failures) },
    run,
    instructions: kept !== undefined && existsSync(kept) ? await instructionsFromFile(kept, program) : [],
  }
}

/** Where a run keeps the instructions worth trying again. */
export const instructionsFile = 'instructions.json'

/** The rows of a data file. */
export const rowsOf = async (file: string, needs: RowsOptions): Promise<DataFile> => ({
  rows: await rowsFromFile(file, needs),
  sha256: await fileDigest(file),
})

/**
 * Where a run that goes on keeps its answers: those of the earlier run are read where it has none of its own. Undefined
 * for a run that keeps none.
 */
export const journalOf = (
  flags: Flags,
  own: Storage | undefined,
  { run }: Pick<ContinueRequest, 'run'> = { run: undefined },
): Storage | undefined => {
  const cache = text(flags, 'cache')
  if (run === undefined || (own === undefined && cache === 'off')) return own
  const kept = own ?? (cache === undefined ? memoryStorage() : fileSystemStorage(cache))
  return readThrough(kept, fileSystemStorage(join(run, 'calls')))
}

/** Refuses to write over what the run goes on from. */
export const checkNotOver = (flags: Flags, out: string): void => {
  const from = text(flags, 'from')
  if (from === undefined || resolve(from) !== resolve(out)) return
  throw new ConfigurationError(
    'configuration/invalid',
    `${out} would be written over the program it goes on from. Write --out with another name.`,
    { option: 'out' },
  )
}
