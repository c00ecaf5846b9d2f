import { relative, resolve } from 'node:path'
import {
  ConfigurationError,
  type Example,
  loadProgram,
  type Optimizer,
  type Outcome,
  type Problem,
  saveProgram,
  split,
} from '../../src/index.ts'
import { loadRows } from '../data/read-rows.ts'
import { writeAtomically } from '../write-atomically.ts'
import { compileRecipe, type Learn, type ProgramConstants } from './compile-recipe.ts'
import { filePattern, filesOf, slashed } from './file-pattern.ts'
import { moduleFiles, writeStale } from './module-files.ts'
import { promptFormatNames, promptFormats } from './prompt-formats.ts'
import type { ModuleKind, Recipe } from './recipe.ts'
import { signatureOfRows } from './signature-of-rows.ts'

/** Describes a program of a build, and compiles it. Every step gives a new builder; nothing is read before `build`. */
export interface PromptBuilder {
  /** Files of labeled rows, by patterns: JSON, JSONL, CSV, Parquet. Those of several calls are all read. */
  examplesFrom(...patterns: readonly string[]): PromptBuilder
  /** What goes in and comes out. Absent, it is that of the state, or what the rows show: their last field is the output. */
  signature(source: string): PromptBuilder
  instructions(text: string): PromptBuilder
  /** What single fields mean, by name. */
  descriptions(texts: Readonly<Record<string, string>>): PromptBuilder
  module(kind: ModuleKind): PromptBuilder
  /** The prompt format that it always asks in: chat, json, xml, compact or frozen. */
  adapter(name: string): PromptBuilder
  /** Labeled demos, at most, drawn with the seed; 16 when absent, or none where the state has learned some. */
  demos(count: number, options?: { readonly seed?: number }): PromptBuilder
  /** A program file with what was learned. */
  state(file: string): PromptBuilder
  /** Exports the rows of the examples too, as `training`. */
  withTraining(): PromptBuilder
  /** Lets an optimizer learn from the rows whenever it is built. Nothing but this asks a model. */
  optimize(optimization: BuildOptimization): PromptBuilder
  /** The module to write: it ends in .ts, .mts, .js or .mjs with .d.ts beside it. */
  output(file: string): PromptBuilder
  /**
   * Compiles, and writes what changed. Equal files give equal modules.
   *
   * @throws ConfigurationError `configuration/missing` without an output or anything to compile; DataError,
   * SignatureError and ProgramFileError about what was read; with `optimize` what the optimizer throws. Nothing is
   * written then
   */
  build(): Promise<BuiltModule>
}

/** How to learn in a build: the optimizer, and its problem but for the rows, which are those of the examples. */
export interface BuildOptimization extends Omit<Problem<Example, Example>, 'train' | 'dev'> {
  readonly optimizer: Optimizer
  /** Rows to choose by. Absent, half of the examples, drawn with the seed, are kept for that. */
  readonly dev?: readonly Example[]
  /** Where what was learned is written as a program file, for builds that do not optimize. */
  readonly saveTo?: string
}

/** What a build made. */
export interface BuiltModule extends ProgramConstants {
  /** The files of the module, and which of them were not as they are now. */
  readonly files: readonly string[]
  readonly changed: readonly string[]
  /** How the optimization ended, where there was one. */
  readonly outcome?: Outcome
}

/**
 * A program compiled into a typed module by a script of the build.
 *
 * @see docs/guide/build-time.md
 * @example
 * await promptBuilder().examplesFrom('training/*.json').output('src/generated/x.ts').build()
 * @example
 * await promptBuilder()
 *   .signature("text -> label: 'spam' | 'ham'")
 *   .state('spam.json')
 *   .output('src/generated/spam.ts')
 *   .build()
 */
export const promptBuilder = ({
  folder = '.',
}: {
  /** What paths are relative to; the working directory when absent. */
  readonly folder?: string
} = {}): PromptBuilder => builderOf({ folder: resolve(folder), patterns: [], training: false, seed: 0 })

interface Described {
  readonly folder: string
  readonly patterns: readonly string[]
  readonly training: boolean
  readonly seed: number
  readonly out?: string
  readonly optimization?: BuildOptimization
  readonly stateFile?: string
  readonly demos?: number
  readonly parts?: Pick<Recipe, 'signature' | 'instructions' | 'descriptions' | 'module' | 'adapter'>
}

const builderOf = (described: Described): PromptBuilder => {
  const next = (change: Partial<Described>): PromptBuilder => builderOf({ ...described, ...change })
  const part = (change: Described['parts']): PromptBuilder => next({ parts: { ...described.parts, ...change } })
  return {
    examplesFrom: (...patterns) => next({ patterns: [...described.patterns, ...patterns] }),
    signature: signature => part({ signature }),
    instructions: instructions => part({ instructions }),
    descriptions: descriptions => part({ descriptions }),
    module: module => part({ module }),
    adapter: adapter => part({ adapter }),
    demos: (demos, { seed = described.seed } = {}) => next({ demos, seed }),
    state: stateFile => next({ stateFile }),
    withTraining: () => next({ training: true }),
    optimize: optimization => next({ optimization }),
    output: out => next({ out }),
    build: () => build(described),
  }
}

const build = async (described: Described): Promise<BuiltModule> => {
  const { folder, out, optimization } = described
  if (out === undefined) throw absent('output', 'an output', ".output('src/generated/x.ts')")
  const file = resolve(folder, out)
  const recipe = await recipeOf(described)
  const learned = optimization === undefined ? undefined : learning(optimization, recipe, folder)
  const compiled = await compileRecipe(recipe, learned?.learn)
  const files = moduleFiles(compiled, file)
  const changed = await writeStale(files)
  await learned?.save()
  return {
    ...compiled.constants,
    files: files.map(one => one.file),
    changed: changed.map(one => one.file),
    ...(learned?.outcome() === undefined ? {} : { outcome: learned.outcome() as Outcome }),
  }
}

const recipeOf = async (described: Described): Promise<Recipe> => {
  const { folder, patterns, training, seed, demos, stateFile, parts = {} } = described
  const examples = patterns.map(pattern => filePattern(pattern, folder))
  const state = stateFile === undefined ? undefined : resolve(folder, stateFile)
  if (examples.length === 0 && (described.optimization !== undefined || (parts.signature ?? state) === undefined)) {
    throw absent('examples', 'examples', ".examplesFrom('training/*.json')")
  }
  if (demos !== undefined && described.optimization !== undefined) {
    const message =
      'The demos of an optimized program are those that the optimizer finds. Leave out .demos(…), or .optimize(…).'
    throw new ConfigurationError('configuration/invalid', message, { option: 'demos' })
  }
  if (parts.adapter !== undefined && !promptFormatNames.includes(parts.adapter)) {
    const message = `Expected the prompt format to be ${promptFormatNames.join(', ')}, got '${parts.adapter}'. Write .adapter('json').`
    throw new ConfigurationError('configuration/invalid', message, { option: 'adapter' })
  }
  if (demos !== undefined && !(Number.isSafeInteger(demos) && demos >= 0 && Number.isSafeInteger(seed))) {
    const message = `Expected demos and seed to be whole numbers from 0, got ${demos} and ${seed}. Write .demos(8, { seed: 42 }).`
    throw new ConfigurationError('configuration/invalid', message, { option: 'demos' })
  }
  const inferred = (parts.signature ?? state) === undefined ? { signature: await shownSignature(examples) } : {}
  const from = state === undefined ? patterns.join(', ') : slashed(relative(folder, state))
  return {
    ...{ origin: from === '' ? 'a prompt builder' : from, examples, training, seed },
    ...parts,
    ...adapterOf(described),
    ...inferred,
    ...(state === undefined ? {} : { state }),
    ...(demos === undefined ? {} : { demos }),
    placeOf: part => ({ file: part === 'state' && state !== undefined ? state : 'promptBuilder()', line: undefined }),
  }
}

/** What was learned in one format asks in it, as a program file would. */
const adapterOf = ({ parts, optimization }: Described): Pick<Recipe, 'adapter'> => {
  const name = parts?.adapter ?? optimization?.adapter?.name
  return name === undefined || (parts?.adapter === undefined && name === 'chat') ? {} : { adapter: name }
}

const shownSignature = async (examples: Recipe['examples']): Promise<string> => {
  const files = await filesOf(examples)
  return signatureOfRows((await Promise.all(files.map(loadRows))).flat())
}

/** The optimizer of a build, and what came of it. */
const learning = (
  { optimizer, dev, saveTo, ...problem }: BuildOptimization,
  recipe: Recipe,
  folder: string,
): { readonly learn: Learn; save(): Promise<void>; outcome(): Outcome | undefined } => {
  let text: string | undefined
  let outcome: Outcome | undefined
  const own = promptFormats.find(({ name }) => name === recipe.adapter)
  return {
    outcome: () => outcome,
    learn: async (program, rows) => {
      const halves = split(rows, { train: 0.5, dev: 0.5, test: 0, seed: problem.seed ?? 0 })
      const data = dev === undefined ? { train: halves.train, dev: halves.dev } : { train: rows, dev }
      const result = await optimizer.optimize(program, { ...problem, ...data, ...(own && { adapter: own }) })
      outcome = result.outcome
      const adapter = own ?? problem.adapter
      text = await saveProgram(result.program, {
        ...(adapter === undefined ? {} : { adapter: adapter.name }),
        provenance: { optimizer: optimizer.name, ...(problem.seed === undefined ? {} : { seed: problem.seed }) },
      })
      return (await loadProgram(text, program)).state
    },
    save: async () => {
      if (saveTo !== undefined && text !== undefined) await writeAtomically(resolve(folder, saveTo), text)
    },
  }
}

const absent = (option: string, what: string, example: string): ConfigurationError =>
  new ConfigurationError(
    'configuration/missing',
    `The prompt builder has no ${option}: it needs ${what}. Write ${example}.`,
    {
      option,
    },
  )
