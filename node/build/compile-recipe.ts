import { canonicalJson, seededRandom, sha256 } from '../../src/data/index.ts'
import {
  type AnyModule,
  ConfigurationError,
  chainOfThought,
  DataError,
  type Example,
  loadProgram,
  type Module,
  ProgramFileError,
  type ProgramState,
  parseSignature,
  predict,
  type Signature,
  signatureText,
} from '../../src/index.ts'
import { importedSignature, type ProgramFile, readProgramFile, stateDigest } from '../../src/modules/index.ts'
import { rowsFromFile } from '../cli/rows-from-file.ts'
import { filesOf } from './file-pattern.ts'
import { jsonLines } from './json-lines.ts'
import { placed } from './place-of.ts'
import { promptFormatNames } from './prompt-formats.ts'
import type { Recipe } from './recipe.ts'
import { textOf } from './source-file.ts'

/** A program with all that its module says. */
export interface CompiledProgram {
  readonly origin: string
  /** The program where no module of the user's has its code. */
  readonly made: { readonly kind: string; readonly signature: string } | undefined
  /** A module whose default export has the code: its whole path. */
  readonly code: string | undefined
  /** What is learned; undefined where the code is all there is. */
  readonly state: ProgramState | undefined
  /** The prompt format it always asks in; undefined for that of the context. */
  readonly adapter: string | undefined
  /** Rows to go on learning from, where they are wanted. */
  readonly training: readonly Example[] | undefined
  readonly constants: ProgramConstants
}

/** What stands beside the program in its module. */
export interface ProgramConstants {
  /** What the task is; by the paths of the predictors where there are several. */
  readonly instructions: string | Readonly<Record<string, string>>
  /** Demos in all predictors. */
  readonly demos: number
  /** Rows of the examples. */
  readonly examples: number
  /** SHA-256 of what was learned, as a program file has it. */
  readonly digest: string
}

/** Learns from the rows of the examples while a program is compiled. */
export type Learn = (program: Module<Example, Example>, rows: readonly Example[]) => Promise<ProgramState>

/**
 * Puts a program together from its recipe: signature, examples, learned state. Asks no model, unless `learn` does; equal
 * files give equal programs.
 *
 * @throws SignatureError, ProgramFileError, DataError and ConfigurationError, with file and line where there is one
 */
export const compileRecipe = async (recipe: Recipe, learn?: Learn): Promise<CompiledProgram> => {
  const file = recipe.state === undefined ? undefined : await stateFile(recipe.state)
  const adapter = adapterOf(recipe, file)
  if (recipe.program !== undefined) return withCode(recipe, file, adapter)
  const { kind, signature, program } = await rebuilt(recipe, file)
  const rows = await examplesOf(recipe, program.signature)
  const state =
    learn === undefined
      ? demonstrated(program.state, rows, recipe)
      : await learn(program as Module<Example, Example>, rows)
  return {
    ...{ origin: recipe.origin, made: { kind, signature }, code: undefined, state, adapter },
    training: recipe.training ? rows.map(row => fieldsOf(row, program.signature)) : undefined,
    constants: await constantsOf(state, rows.length),
  }
}

/** The rows of a recipe's examples, in the order of their files. */
const examplesOf = async ({ examples, placeOf }: Recipe, signature: Signature): Promise<readonly Example[]> => {
  try {
    const files = await filesOf(examples)
    const rows = await Promise.all(files.map(file => rowsFromFile(file, { signature, needsLabels: true })))
    return rows.flat()
  } catch (error) {
    throw placed(error, placeOf('examples'))
  }
}

/** The part of a row that the program takes and gives. */
const fieldsOf = (row: Example, { inputs, outputs }: Signature): Example =>
  Object.fromEntries(
    [...inputs, ...outputs].flatMap(({ name }) => (Object.hasOwn(row, name) ? [[name, row[name]] as const] : [])),
  )

const withCode = async (
  recipe: Recipe,
  file: LearnedFile | undefined,
  adapter: string | undefined,
): Promise<CompiledProgram> => {
  const state = file?.read.state
  if (recipe.examples.length > 0) {
    const message =
      "The program's code does not say its fields here, so its examples cannot be read. Give them to what optimizes it."
    throw placed(new DataError('data/parse', message), recipe.placeOf('examples'))
  }
  return {
    ...{ origin: recipe.origin, made: undefined, code: recipe.program, state, adapter, training: undefined },
    constants: await constantsOf(state ?? {}, 0),
  }
}

interface LearnedFile {
  readonly file: string
  readonly text: string
  readonly read: ProgramFile
}

const stateFile = async (file: string): Promise<LearnedFile> => {
  const text = await textOf(file)
  const read = await inStateFile({ file, text }, async () => readProgramFile(text))
  return { file, text, read }
}

/** Says where in the file of the state something is wrong. */
const inStateFile = async <Result>(
  { file, text }: Pick<LearnedFile, 'file' | 'text'>,
  read: () => Promise<Result>,
): Promise<Result> => {
  try {
    return await read()
  } catch (error) {
    const lines = jsonLines(text)
    const line = lines.brokenLine ?? (error instanceof ProgramFileError ? lines.lineOf(error.path) : 1)
    throw placed(error, { file, line })
  }
}

interface Rebuilt {
  readonly kind: string
  readonly signature: string
  readonly program: AnyModule
}

/** The module that the recipe describes, with what it learned. */
const rebuilt = async (recipe: Recipe, file: LearnedFile | undefined): Promise<Rebuilt> => {
  const imported = file === undefined ? undefined : importedSignature(file.text)
  const told = imported === undefined ? undefined : signatureText(imported)
  const source = recipe.signature ?? file?.read.kkachi?.signature ?? told
  if (source === undefined) {
    const message =
      imported !== undefined
        ? 'No signature string says the types of this imported program. Load it with importedProgram() where it runs.'
        : 'The state does not say its fields\' types. Write "signature": "text -> label" beside it, or --signature.'
    throw placed(
      new ConfigurationError('configuration/missing', message, { option: 'signature' }),
      recipe.placeOf('state'),
    )
  }
  const kind = recipe.module ?? kindOf(file) ?? 'predict'
  const untaught = untaughtProgram(recipe, source, kind)
  if (file === undefined) return { kind, signature: source, program: untaught }
  const program = await inStateFile(file, () => loadProgram(file.text, untaught))
  return { kind, signature: source, program }
}

/** The kind a file was saved from; what loadProgram cannot rebuild it refuses itself. */
const kindOf = (file: LearnedFile | undefined): string | undefined => {
  if (file === undefined) return undefined
  const paths = Object.keys(file.read.state)
  return file.read.kkachi?.module ?? (paths.join() === 'predict' ? 'chain-of-thought' : undefined)
}

const untaughtProgram = (recipe: Recipe, source: string, kind: string): AnyModule => {
  const { instructions, descriptions, placeOf } = recipe
  try {
    const signature = parseSignature(source, {
      ...(instructions === undefined ? {} : { instructions }),
      ...(descriptions === undefined ? {} : { descriptions }),
    })
    if (kind === 'predict') return predict(signature)
    if (kind === 'chain-of-thought') return chainOfThought(signature)
  } catch (error) {
    throw placed(error, placeOf(recipe.signature === undefined ? 'state' : 'signature'))
  }
  const message = `The state is that of a ${kind}, whose code is needed to run it. Write "program": "./rag.ts" in a .kkachi file: the module that exports it.`
  const error = new ProgramFileError('program-file/mismatch', message, { path: '/metadata/kkachi/module' })
  throw placed(error, placeOf('state'))
}

const adapterOf = ({ adapter, placeOf }: Recipe, file: LearnedFile | undefined): string | undefined => {
  const learned = file?.read.kkachi?.adapter
  const name = adapter ?? (learned === 'chat' ? undefined : learned)
  if (name === undefined || promptFormatNames.includes(name)) return name
  const message = `Expected the prompt format to be ${promptFormatNames.join(', ')}, got '${name}'. Write "adapter": "json".`
  const error = new ConfigurationError('configuration/invalid', message, { option: 'adapter' })
  throw placed(error, placeOf(adapter === undefined ? 'state' : 'adapter'))
}

/** Demos of a predictor that learned none, where nobody says how many: as labeledFewShot. */
const defaultDemos = 16

/** Gives labeled rows as demos to each predictor that learned none. */
const demonstrated = (state: ProgramState, rows: readonly Example[], recipe: Recipe): ProgramState => {
  const size = Math.min(recipe.demos ?? (recipe.state === undefined ? defaultDemos : 0), rows.length)
  if (size === 0) return state
  const random = seededRandom(recipe.seed)
  return Object.fromEntries(
    Object.entries(state).map(([path, one]) => [
      path,
      one.demos.length > 0 ? one : { ...one, demos: random.sample(rows, size) },
    ]),
  )
}

const constantsOf = async (state: ProgramState, examples: number): Promise<ProgramConstants> => {
  const all = Object.entries(state).map(([path, { signature }]) => [path, signature.instructions] as const)
  const [only] = all
  return {
    instructions: all.length === 1 && only !== undefined ? only[1] : Object.fromEntries(all),
    demos: Object.values(state).reduce((sum, { demos }) => sum + demos.length, 0),
    examples,
    digest: await stateDigest(state),
  }
}

/** What two versions have to share for one to take the place of the other while it is held: all but what is learned. */
export const shapeOf = ({ made, code, adapter }: CompiledProgram): Promise<string> =>
  sha256(canonicalJson({ made: made ?? null, code: code ?? null, adapter: adapter ?? null }))
