import { access, constants, stat } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { ConfigurationError } from '../../src/index.ts'

/**
 * Whether a file could be written in the end, asked before anything is paid for. Nothing is written; folders that are not
 * there yet are made when the file is.
 *
 * @throws ConfigurationError `configuration/invalid` where it could not
 */
export const checkPlace = async (file: string, option: string): Promise<void> => {
  const refused = (reason: string, cause?: unknown): ConfigurationError =>
    new ConfigurationError(
      'configuration/invalid',
      `${file} cannot be written: ${reason}. Choose another --${option}.`,
      { option, cause },
    )
  if (await isFolder(file)) throw refused('it is a folder')
  let folder = dirname(resolve(file))
  while ((await isFolder(folder)) === undefined && dirname(folder) !== folder) folder = dirname(folder)
  if ((await isFolder(folder)) !== true) throw refused(`${folder} is no folder`)
  try {
    await access(folder, constants.W_OK | constants.X_OK)
  } catch (error) {
    throw refused(`nothing may be written in ${folder}`, error)
  }
}

/** Undefined where there is nothing. */
const isFolder = async (path: string): Promise<boolean | undefined> => {
  try {
    return (await stat(path)).isDirectory()
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    return false // it cannot be looked into, or lies below a file
  }
}
