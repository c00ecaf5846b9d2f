import { access, constants, stat } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { ConfigurationError } from '../../src/index.ts'

export interface PlaceUse {
  /** Whether lines are added to what is there, which may then be a pipe or a device. */
  readonly appends?: boolean
  /** Whether folders that are not there are made when the file is; true when absent. */
  readonly makesFolders?: boolean
}

/**
 * Whether a file could be written in the end, asked before anything is paid for. Nothing is written, and nothing is made
 * that a command which fails early would leave behind.
 *
 * @throws ConfigurationError `configuration/invalid` where it could not
 */
export const checkPlace = async (
  file: string,
  option: string,
  { appends = false, makesFolders = true }: PlaceUse = {},
): Promise<void> => {
  const refused = (reason: string, cause?: unknown): ConfigurationError =>
    new ConfigurationError(
      'configuration/invalid',
      `${file} cannot be written: ${reason}. Choose another --${option}.`,
      { option, cause },
    )
  const may = (path: string, mode: number, reason: string): Promise<void> =>
    access(path, mode).catch(error => {
      throw refused(reason, error)
    })
  const there = await kindOf(file)
  if (there === 'folder') throw refused('it is a folder')
  if (!appends && (there === 'other' || isStream.test(resolve(file)))) throw refused('it is no plain file')
  if (there === 'file' || there === 'other') await may(file, constants.W_OK, 'it is read-only')
  if (there === 'other') return
  let folder = dirname(resolve(file))
  if (!makesFolders && (await kindOf(folder)) === undefined) throw refused(`there is no folder ${folder}`)
  while ((await kindOf(folder)) === undefined && dirname(folder) !== folder) folder = dirname(folder)
  if ((await kindOf(folder)) !== 'folder') throw refused(`${folder} is no folder`)
  await may(folder, constants.W_OK | constants.X_OK, `nothing may be written in ${folder}`)
}

/** Names of a process's own streams: a file put in their place would be lost for all. */
const isStream = /^\/(?:dev\/(?:std(?:in|out|err)$|fd\/)|proc\/)/

/** Undefined where there is nothing. */
const kindOf = async (path: string): Promise<'folder' | 'file' | 'other' | 'hidden' | undefined> => {
  try {
    const found = await stat(path)
    return found.isDirectory() ? 'folder' : found.isFile() ? 'file' : 'other'
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    return 'hidden' // it cannot be looked into, or lies below a file
  }
}
