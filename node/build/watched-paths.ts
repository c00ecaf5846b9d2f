import { dirname, resolve } from 'node:path'
import { type FilePattern, slashed } from './file-pattern.ts'
import type { Recipe } from './recipe.ts'

/** What a compiled program depends on, there or not. */
export interface WatchedPaths {
  readonly files: readonly string[]
  readonly patterns: readonly FilePattern[]
  has(path: string): boolean
}

/** The files that a change of makes the program of `source` another one; of the source alone where it cannot be read. */
export const watchedPaths = (source: string, recipe: Pick<Recipe, 'state' | 'examples'> | undefined): WatchedPaths => {
  const state = recipe?.state
  const patterns = recipe?.examples ?? []
  const files = [...new Set([resolve(source), ...(state === undefined ? [] : [state])])]
  const names = new Set(files.map(slashed))
  return { files, patterns, has: path => names.has(slashed(path)) || patterns.some(pattern => pattern.fits(path)) }
}

/** All that several programs depend on. */
export const joinedPaths = (all: readonly WatchedPaths[]): WatchedPaths => ({
  files: all.flatMap(({ files }) => files),
  patterns: all.flatMap(({ patterns }) => patterns),
  has: path => all.some(one => one.has(path)),
})

/** The folders to look at, and whether the folders in them too. */
export const watchedFolders = ({ files, patterns }: WatchedPaths): ReadonlyMap<string, boolean> => {
  const folders = new Map<string, boolean>(files.map(file => [dirname(file), false]))
  for (const { folder, isDeep } of patterns) folders.set(folder, isDeep || folders.get(folder) === true)
  return folders
}
