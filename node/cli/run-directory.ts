import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { canonicalJson } from '../../src/data/index.ts'
import { ConfigurationError, type Storage } from '../../src/index.ts'
import { fileSystemStorage } from '../storage/file-system.ts'
import { writeAtomically } from '../write-atomically.ts'

/** What decides a run: another value of any of these is another run. */
export type RunSettings = Readonly<Record<string, string | number | undefined>>

/** A folder that remembers a run: its settings and every answer it paid for. */
export interface RunDirectory {
  readonly journal: Storage
  readonly path: (file: string) => string
  /** Keeps the settings; from now on the folder belongs to this run. */
  begin(): Promise<void>
}

/**
 * Opens the folder of a run, new or begun before.
 *
 * @throws ConfigurationError `configuration/invalid` when the folder belongs to a run with other settings
 */
export const openRunDirectory = async (directory: string, settings: RunSettings): Promise<RunDirectory> => {
  const file = join(directory, 'run.json')
  const present: RunSettings = JSON.parse(JSON.stringify(settings))
  const before = await readSettings(file)
  if (before !== undefined) refuseOther(directory, before, present)
  return {
    journal: fileSystemStorage(join(directory, 'calls')),
    path: name => join(directory, name),
    begin: () =>
      before === undefined ? writeAtomically(file, `${JSON.stringify(present, null, 2)}\n`) : Promise.resolve(),
  }
}

const readSettings = async (file: string): Promise<RunSettings | undefined> => {
  let text: string
  try {
    text = await readFile(file, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw new ConfigurationError('configuration/invalid', `${file} cannot be read. Choose another --run directory.`, {
      option: 'run',
      cause: error,
    })
  }
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new ConfigurationError(
      'configuration/invalid',
      `${file} is not the settings of a run. Choose another --run directory, or remove this one.`,
      { option: 'run', cause },
    )
  }
}

const refuseOther = (directory: string, before: RunSettings, present: RunSettings): void => {
  if (canonicalJson(before) === canonicalJson(present)) return
  const different = [...new Set([...Object.keys(before), ...Object.keys(present)])].filter(
    name => before[name] !== present[name],
  )
  throw new ConfigurationError(
    'configuration/invalid',
    `${directory} holds a run with other settings (${different.join(', ')}). Choose another --run directory, or give the same flags and files again.`,
    { option: 'run' },
  )
}

/** The SHA-256 of a file, in hex; the file may be of any size. */
export const fileDigest = async (file: string): Promise<string> => {
  const hash = createHash('sha256')
  for await (const bytes of createReadStream(file)) hash.update(bytes)
  return hash.digest('hex')
}
