import type { Example } from '../data/example.ts'
import { ConfigurationError } from '../errors/configuration-error.ts'
import { ProgramFileError } from '../errors/program-file-error.ts'
import type { AnyModule, Module } from '../ports/module.ts'
import { parseSignature } from '../signature/create.ts'
import type { Signature } from '../signature/signature.ts'
import { chainOfThought } from './chain-of-thought.ts'
import { predict } from './predict.ts'
import { self } from './predictor-path.ts'
import { type ProgramFile, pointer, readProgramFile } from './program-file.ts'
import { stateDigest } from './save-program.ts'

/** What a program file does not say: the program itself, or the signature of a built-in module. */
export interface LoadOptions {
  /** A plain DSPy file has no types: they are given here. */
  readonly signature?: string | Signature
}

/**
 * A program with the state of a file, ours or DSPy's. With a program, its code is kept and its state replaced; without
 * one, a file of `predict` or `chainOfThought` is rebuilt from its own signature or from the one given.
 *
 * Nothing of the file is taken unless all of it fits. What the file has for predictors the program does not have is
 * ignored, as in DSPy.
 *
 * @throws ProgramFileError `program-file/parse`, `program-file/shape`, `program-file/version`, `program-file/digest`, and
 * `program-file/mismatch` when the file does not fit the program
 * @example
 * const program = await loadProgram(await readFile('rag.json', 'utf8'), rag)
 * const lone = await loadProgram(text, { signature: 'text -> label' })
 */
export function loadProgram<Program extends AnyModule>(text: string, program: Program): Promise<Program>
export function loadProgram(text: string, options?: LoadOptions): Promise<Module<Example, Example>>
export async function loadProgram(text: string, given: AnyModule | LoadOptions = {}): Promise<AnyModule> {
  const file = readProgramFile(text)
  await checkDigest(file)
  const program = 'run' in given ? given : rebuilt(file, given)
  for (const [path, state] of Object.entries(program.state)) {
    const saved = Object.hasOwn(file.state, path) ? file.state[path] : undefined
    if (saved === undefined) throw missing(path, file)
    if (typeof saved.module_src !== typeof state.module_src) throw otherKind(path)
    if (saved.signature.fields.length < state.signature.fields.length) {
      throw new ProgramFileError(
        'program-file/mismatch',
        `Expected ${state.signature.fields.length} fields for the predictor '${path}', the file has ${saved.signature.fields.length}. Load it into the program it was saved from.`,
        { path: path === self ? '/signature/fields' : `${pointer('', path)}/signature/fields` },
      )
    }
  }
  return program.withState(file.state)
}

const checkDigest = async ({ state, kkachi }: ProgramFile): Promise<void> => {
  if (kkachi?.digest === undefined || kkachi.digest === (await stateDigest(state))) return
  throw new ProgramFileError(
    'program-file/digest',
    'The file was changed after it was written: its digest does not fit. Remove metadata.kkachi.digest if you meant to edit it.',
    { path: '/metadata/kkachi/digest' },
  )
}

/** The built-in module a file was saved from. */
const rebuilt = ({ state, kkachi }: ProgramFile, { signature = kkachi?.signature }: LoadOptions): AnyModule => {
  const paths = Object.keys(state)
  const [only] = paths
  const kind =
    paths.length > 1 ? 'program' : only === self ? 'predict' : only === 'predict' ? 'chain-of-thought' : 'program'
  if (kind === 'program' || (kkachi?.module !== undefined && kkachi.module !== kind)) {
    throw new ProgramFileError(
      'program-file/mismatch',
      `The file holds the predictors ${paths.join(', ')}: its code is needed to run it. Load it into the program it was saved from.`,
      { path: '' },
    )
  }
  if (signature === undefined) {
    throw new ConfigurationError(
      'configuration/missing',
      "The file does not say its fields' types. Give the signature, like { signature: 'text -> label' }.",
      { option: 'signature' },
    )
  }
  const task = typeof signature === 'string' ? parseSignature(signature) : signature
  return kind === 'predict' ? predict(task) : chainOfThought(task)
}

const otherKind = (path: string): ProgramFileError =>
  new ProgramFileError(
    'program-file/mismatch',
    `What the file has for '${path}' is of another kind of module. Load it into the program it was saved from.`,
    { path: path === self ? '' : pointer('', path) },
  )

const missing = (path: string, { state }: ProgramFile): ProgramFileError =>
  new ProgramFileError(
    'program-file/mismatch',
    `The file has nothing for the predictor '${path}'; it has ${Object.keys(state).join(', ')}. Load it into the program it was saved from.`,
    { path: pointer('', path) },
  )
