import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { isAbsolute, join, relative, resolve } from 'node:path'
import { parseJson } from '../../src/data/index.ts'
import { ConfigurationError } from '../../src/index.ts'
import { writeAtomically } from '../write-atomically.ts'
import { type Flags, text } from './flags.ts'
import { isModuleFile } from './program-from-flags.ts'

/** Flags that name files. */
const files = ['train', 'dev', 'test', 'try-instructions']
/** Flags that name a file or something else. */
const perhapsFiles = ['program', 'metric']
/** What an earlier run can say in place of a flag. */
const remembered = [
  ...[...files, ...perhapsFiles, 'signature', 'instructions', 'module', 'judge-model', 'optimizer', 'auto', 'stages'],
  ...['neighbors', 'embedder', 'seed', 'model', 'base-url', 'prompt-model', 'prompt-base-url', 'adapter'],
  ...['temperature', 'max-tokens'],
]

const fileIn = (directory: string): string => join(directory, 'flags.json')

const namesFile = (name: string, value: string): boolean =>
  files.includes(name) || (perhapsFiles.includes(name) && isModuleFile(value))

/** Keeps the flags of a run in its folder, files by their way from there, so that a later run can go on from it. */
export const keepFlags = async (directory: string, flags: Flags): Promise<void> => {
  const given = remembered.flatMap(name => {
    const value = text(flags, name)
    if (value === undefined) return []
    const kept = namesFile(name, value) && !isAbsolute(value) ? relative(resolve(directory), resolve(value)) : value
    return [[name, kept]]
  })
  await writeAtomically(fileIn(directory), `${JSON.stringify(Object.fromEntries(given), null, 2)}\n`)
}

/**
 * The flags of a run that goes on from another: what is not given is as it was there, and its program is the start.
 *
 * @throws ConfigurationError `configuration/missing`, `configuration/invalid`
 */
export const withEarlierFlags = async (flags: Flags): Promise<Flags> => {
  const directory = text(flags, 'from-run')
  const earlier = directory === undefined ? {} : await flagsIn(directory)
  const from = text(flags, 'from') ?? (directory === undefined ? undefined : join(directory, 'program.json'))
  if (from === undefined) return flags
  if (text(flags, 'from') === undefined && !existsSync(from)) {
    throw new ConfigurationError(
      'configuration/missing',
      `${directory} holds no program.json: its run did not end, or wrote its program elsewhere with --out. Write --from FILE beside --from-run, or let the run end.`,
      { option: 'from-run' },
    )
  }
  const program = text(flags, 'program') ?? earlier.program
  const isModule = program !== undefined && isModuleFile(program)
  if (text(flags, 'program') !== undefined && !isModule)
    throw wrong(
      'Expected one program to go on from. Write --from FILE without --program, or beside a module ./program.ts.',
    )
  if (text(flags, 'state') !== undefined) throw wrong('Expected --from or --state, not both. Write --from FILE.')
  const rest = Object.fromEntries(Object.entries(earlier).filter(([name]) => name !== 'program'))
  return { ...rest, ...flags, from, ...(isModule ? { program, state: from } : { program: from }) }
}

const flagsIn = async (directory: string): Promise<Readonly<Record<string, string>>> => {
  const file = fileIn(directory)
  let kept: unknown
  try {
    kept = parseJson(await readFile(file, 'utf8'))
  } catch (cause) {
    throw new ConfigurationError(
      'configuration/missing',
      `${directory} holds no run to go on from: flags.json cannot be read. Write --from-run DIR as it was given with --run, or --from FILE.`,
      { option: 'from-run', cause },
    )
  }
  return Object.fromEntries(
    Object.entries(kept ?? {}).flatMap(([name, value]) =>
      remembered.includes(name) && typeof value === 'string'
        ? [[name, namesFile(name, value) ? fromHere(directory, value) : value]]
        : [],
    ),
  )
}

const fromHere = (directory: string, file: string): string => (isAbsolute(file) ? file : join(directory, file))

const wrong = (message: string): ConfigurationError =>
  new ConfigurationError('configuration/invalid', message, { option: 'from' })
