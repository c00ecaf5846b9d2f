import { readFile } from 'node:fs/promises'
import { ConfigurationError } from '../../src/index.ts'
import { writeAtomically } from '../write-atomically.ts'
import type { CompiledProgram } from './compile-recipe.ts'
import { declarationText, moduleText } from './module-text.ts'

/** A file that a compiled program becomes. */
export interface ModuleFile {
  readonly file: string
  readonly text: string
}

/**
 * The files of a compiled program, by the ending of the one named: `.ts` and `.mts` are one file, `.js` and `.mjs` have
 * their declarations beside them, `.d.ts` are the declarations alone.
 *
 * @throws ConfigurationError `configuration/invalid` for another ending
 */
export const moduleFiles = (compiled: CompiledProgram, out: string): readonly ModuleFile[] => {
  const declared = { file: declarationFile(out), text: declarationText(compiled, out) }
  if (/\.d\.[cm]?ts$/.test(out)) return [declared]
  if (/\.m?ts$/.test(out)) return [{ file: out, text: moduleText(compiled, 'typescript', out) }]
  if (/\.m?js$/.test(out)) return [declared, { file: out, text: moduleText(compiled, 'javascript', out) }]
  throw new ConfigurationError(
    'configuration/invalid',
    `Expected the output to end in .ts, .mts, .js, .mjs or .d.ts, got ${out}. Write src/generated/triage.ts.`,
    { option: 'out' },
  )
}

/** Those of the files that are not on disk as they are here. */
export const staleFiles = async (files: readonly ModuleFile[]): Promise<readonly ModuleFile[]> => {
  const stale: ModuleFile[] = []
  for (const one of files) if ((await written(one.file)) !== one.text) stale.push(one)
  return stale
}

/** Writes those files that are not on disk as they are here, each at once; gives them. */
export const writeStale = async (files: readonly ModuleFile[]): Promise<readonly ModuleFile[]> => {
  const stale = await staleFiles(files)
  for (const { file, text } of stale) await writeAtomically(file, text)
  return stale
}

const written = async (file: string): Promise<string | undefined> => {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}

const declarationFile = (out: string): string => out.replace(/(?<!\.d)\.(m?)[jt]s$/, '.d.$1ts')
