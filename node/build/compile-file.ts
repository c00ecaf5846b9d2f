import { basename, extname, resolve } from 'node:path'
import { ConfigurationError } from '../../src/index.ts'
import { type CompiledProgram, compileRecipe } from './compile-recipe.ts'
import type { Recipe } from './recipe.ts'
import { readSource } from './source-file.ts'

/** What a program file does not say. */
export interface CompileFileOptions {
  /** The types of a program file that Python DSPy wrote. */
  readonly signature?: string
}

/**
 * The recipe of a file: a `.kkachi` source, or a program file, which is all state.
 *
 * @throws DataError as `readSource`
 */
export const recipeOf = async (file: string, { signature }: CompileFileOptions = {}): Promise<Recipe> => {
  if (extname(file) === '.kkachi') {
    if (signature === undefined) return readSource(file)
    const message = `${file} says its own signature: --signature is for program files. Write it into the source.`
    throw new ConfigurationError('configuration/invalid', message, { option: 'signature' })
  }
  return {
    origin: basename(file),
    ...(signature === undefined ? {} : { signature }),
    ...{ examples: [], seed: 0, training: false },
    state: resolve(file),
    placeOf: () => ({ file, line: 1 }),
  }
}

/** Compiles a `.kkachi` source or a program file; throws as `compileRecipe`. */
export const compileFile = async (file: string, options: CompileFileOptions = {}): Promise<CompiledProgram> =>
  compileRecipe(await recipeOf(file, options))
