import type { Dirent } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { DataError } from '../../src/index.ts'

/** A glob with the folder it is looked up from. */
export interface FilePattern {
  /** As it was written. */
  readonly text: string
  /** The deepest folder that all files of the pattern are in. */
  readonly folder: string
  /** Whether files in folders below that one may fit. */
  readonly isDeep: boolean
  /** Whether a file, by its whole path, is one of them. */
  fits(file: string): boolean
}

/**
 * A pattern of file names: `*` and `?` within a name, `**` for any folders, `{a,b}` for one of several. Hidden files fit
 * only where the pattern has the dot. Slashes are `/` on every system.
 */
export const filePattern = (text: string, from: string): FilePattern => {
  const [fixed, rest] = split(text)
  const folder = resolve(from, fixed)
  const forms = alternatives(rest).map(one => one.split('/').filter(part => part !== '' && part !== '.'))
  const base = slashed(folder).replace(/\/$/, '')
  return {
    text,
    folder,
    isDeep: forms.some(parts => parts.length > 1 || parts.includes('**')),
    fits: file => {
      const path = slashed(file)
      if (!path.startsWith(`${base}/`)) return false
      const names = path.slice(base.length + 1).split('/')
      return forms.some(parts => fitsParts(parts, names))
    },
  }
}

/**
 * The files of some patterns, each once, in the order of their paths: the same on every machine.
 *
 * @throws DataError `data/missing` for a pattern that no file fits
 */
export const filesOf = async (patterns: readonly FilePattern[]): Promise<readonly string[]> => {
  const found = new Set<string>()
  for (const pattern of patterns) {
    const files = (await filesBelow(pattern.folder, pattern.isDeep)).filter(pattern.fits)
    if (files.length === 0) {
      throw new DataError('data/missing', `No file fits '${pattern.text}' from ${pattern.folder}. Check the pattern.`)
    }
    for (const file of files) found.add(file)
  }
  return [...found].sort((left, right) => (slashed(left) < slashed(right) ? -1 : 1))
}

/** A path as patterns and generated text have it. */
export const slashed = (path: string): string => path.replaceAll('\\', '/')

/** The part before the first name with a mark, and the rest. */
const split = (text: string): readonly [string, string] => {
  const parts = slashed(text).split('/')
  const first = parts.slice(0, -1).findIndex(part => /[*?{]/.test(part))
  const count = first < 0 ? parts.length - 1 : first
  const fixed = parts.slice(0, count).join('/')
  return [fixed === '' && count > 0 ? '/' : fixed, parts.slice(count).join('/')]
}

/** `a{b,c}d` as `abd` and `acd`. */
const alternatives = (text: string): readonly string[] => {
  const open = text.indexOf('{')
  const close = text.indexOf('}', open)
  if (open < 0 || close < 0) return [text]
  const tails = alternatives(text.slice(close + 1))
  const words = text.slice(open + 1, close).split(',')
  return words.flatMap(word => tails.map(tail => text.slice(0, open) + word + tail))
}

const fitsParts = ([part, ...parts]: readonly string[], names: readonly string[]): boolean => {
  if (part === undefined) return names.length === 0
  const [name, ...rest] = names
  if (part === '**') {
    if (fitsParts(parts, names)) return true
    return name !== undefined && !name.startsWith('.') && fitsParts([part, ...parts], rest)
  }
  return name !== undefined && fitsName(part, name) && fitsParts(parts, rest)
}

/** Greedy with one point to come back to: linear for one star, never exponential. */
const fitsName = (part: string, name: string): boolean => {
  if (name.startsWith('.') && !part.startsWith('.')) return false
  let [at, from, star, starFrom] = [0, 0, -1, 0]
  while (from < name.length) {
    if (part[at] === '*') [star, starFrom, at] = [at, from, at + 1]
    else if (at < part.length && (part[at] === '?' || part[at] === name[from])) [at, from] = [at + 1, from + 1]
    else if (star >= 0) [starFrom, from, at] = [starFrom + 1, starFrom + 1, star + 1]
    else return false
  }
  return [...part.slice(at)].every(character => character === '*')
}

/** Nobody's examples are in these. */
const skipped = ['node_modules', '.git']

const filesBelow = async (folder: string, deep: boolean): Promise<readonly string[]> => {
  const files: string[] = []
  for (const entry of await entriesOf(folder)) {
    const path = join(folder, entry.name)
    if (entry.isFile() || entry.isSymbolicLink()) files.push(path)
    else if (deep && entry.isDirectory() && !skipped.includes(entry.name)) files.push(...(await filesBelow(path, deep)))
  }
  return files
}

const entriesOf = async (folder: string): Promise<readonly Dirent[]> => {
  try {
    return await readdir(folder, { withFileTypes: true })
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR')) return []
    throw error
  }
}
