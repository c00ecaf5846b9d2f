import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import {
  type AnyModule,
  ConfigurationError,
  chainOfThought,
  type Example,
  knnDemos,
  loadProgram,
  type Module,
  ProgramFileError,
  predict,
  signature,
} from '../../src/index.ts'
import { hasPool, importedSignature } from '../../src/modules/index.ts'
import { embedderFromFlags } from './embedder-from-flags.ts'
import { choice, type Flags, text } from './flags.ts'
import { textOfFile } from './text-of-file.ts'

export type AnyProgram = Module<Example, Example>

/**
 * The program that --program, --state, --signature, --instructions and --module describe; one that learned from near rows
 * looks them up by --embedder.
 *
 * @throws ConfigurationError, SignatureError, ProgramFileError naming the file
 */
export const programFromFlags = async (
  flags: Flags,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<AnyProgram> => {
  const program = await describedProgram(flags)
  return hasPool(program.state) ? knnDemos(program, { embedder: embedderFromFlags(flags, environment) }) : program
}

const describedProgram = async (flags: Flags): Promise<AnyProgram> => {
  const file = text(flags, 'program')
  const source = text(flags, 'signature')
  if (file === undefined) {
    if (source === undefined) {
      throw new ConfigurationError(
        'configuration/missing',
        'Expected a program. Write --program FILE, or --signature "text -> label".',
        { option: 'program' },
      )
    }
    return fromSignature(flags, source)
  }
  if (isModuleFile(file)) return fromModule(file, text(flags, 'state'))
  const saved = await textOfFile(file, 'program')
  return inFile(file, async () => {
    const declared = source ?? importedSignature(saved)
    const program =
      declared === undefined ? await loadProgram(saved) : await loadProgram(saved, { signature: declared })
    return program as AnyProgram
  })
}

/** Whether a file is code, by its name. */
export const isModuleFile = (file: string): boolean => /\.[cm]?[jt]s$/.test(file)

const fromSignature = (flags: Flags, source: string): AnyProgram => {
  const instructions = text(flags, 'instructions')
  const made = signature(source, instructions === undefined ? {} : { instructions })
  const kind = choice(flags, 'module', ['predict', 'chain-of-thought']) ?? 'predict'
  return (kind === 'predict' ? predict(made) : chainOfThought(made)) as AnyProgram
}

const fromModule = async (file: string, stateFile: string | undefined): Promise<AnyProgram> => {
  let exports: Readonly<Record<string, unknown>>
  try {
    exports = await import(pathToFileURL(resolve(file)).href)
  } catch (error) {
    throw new ConfigurationError(
      'configuration/invalid',
      `${file} could not be loaded: ${error instanceof Error ? error.message : String(error)}.`,
      { option: 'program', cause: error },
    )
  }
  const program = [exports.default, exports.program].find(isProgram)
  if (program === undefined) {
    throw new ConfigurationError(
      'configuration/invalid',
      `Expected ${file} to export a program. Write: export default predict('text -> label').`,
      { option: 'program' },
    )
  }
  if (stateFile === undefined) return program
  const saved = await textOfFile(stateFile, 'program')
  return inFile(stateFile, () => loadProgram(saved, program))
}

const isProgram = (value: unknown): value is AnyProgram =>
  typeof value === 'object' && value !== null && 'run' in value && 'withState' in value && 'predictors' in value

/** Names the file in what is wrong with it. */
const inFile = async <Program extends AnyModule>(file: string, load: () => Promise<Program>): Promise<Program> => {
  try {
    return await load()
  } catch (error) {
    if (!(error instanceof ProgramFileError)) throw error
    throw new ProgramFileError(error.code, `${file}: ${error.message}`, { path: error.path, cause: error })
  }
}
