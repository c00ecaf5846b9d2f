import { type FileHandle, lstat, realpath } from 'node:fs/promises'
import { join, resolve, sep } from 'node:path'
import { RuntimeError } from '../../src/index.ts'
import { type ModelFiles, modelFileName, modelFilesDigest, type ReadOptions } from '../../src/inference/index.ts'
import { codeOf } from '../storage/lock-file.ts'
import { fileDigest } from './file-digest.ts'
import { filesBelow } from './files-below.ts'
import { type FolderPlace, folderPlace } from './folder-place.ts'
import { openPlain, stateOf } from './open-plain.ts'
import { readWhole } from './read-whole.ts'

export interface FolderFilesOptions {
  /**
   * Whether files with more than one hard link may be read. When absent, only where a package manager put the folder (a
   * part of its path is `node_modules`): those link the files of packages to one store.
   */
  readonly hardLinks?: boolean
  /** Larger files are refused before memory is taken; bytes, 4 GiB when absent. */
  readonly maxBytes?: number
}

/**
 * The files of a model in a folder of this machine. The folder itself may be reached by links; in it,
 *
 * 1. names that lead out, links (symbolic, or hard where `hardLinks` does not allow them) and whatever is not a plain file
 *    are refused, and nothing outside the folder is read. Only in a snapshot of the hub's own cache
 *    (`models--…/snapshots/…`) files may be links into the `blobs` beside it: that is how it keeps them.
 * 2. a file takes memory by its size on the disk, once; one that is cut or changes while it is read is refused.
 * 3. digests are computed in pieces, and anew only for files whose size, time or inode changed since this object was made.
 *
 * @throws RuntimeError `runtime/model-files`
 * @example
 * const files = folderFiles('models/nano')
 * const config = await files.read('config.json')
 */
export const folderFiles = (
  folder: string,
  { hardLinks, maxBytes = 4 * 2 ** 30 }: FolderFilesOptions = {},
): ModelFiles => {
  const path = resolve(folder)
  const digests = new Map<string, { readonly state: string; readonly digest: string }>()
  let looking: Promise<FolderPlace> | undefined

  const place = (): Promise<FolderPlace> => {
    looking ??= folderPlace(path, hardLinks).catch(error => {
      looking = undefined
      throw failure(path, '', error)
    })
    return looking
  }

  /** Opens a file, seen to be a plain one that lies in the folder; undefined where there is none. */
  const opened = async (name: string): Promise<FileHandle | undefined> => {
    const here = await place()
    const file = await pathOf(here, path, name)
    if (file === undefined) return undefined
    let handle: FileHandle | undefined
    try {
      const held = await openPlain(file, what => refused(path, name, what))
      handle = held.handle
      if (held.facts.nlink > 1n && !here.hardLinks) {
        throw refused(
          path,
          name,
          `has ${held.facts.nlink} hard links, so that it may be a file from elsewhere`,
          'Copy the folder, or write { hardLinks: true } if you trust who made it.',
        )
      }
      if (held.facts.size > maxBytes) {
        throw refused(
          path,
          name,
          `has ${held.facts.size} bytes, ${maxBytes} are allowed`,
          'Raise maxBytes, or use a smaller model.',
        )
      }
      return handle
    } catch (error) {
      await handle?.close()
      throw failure(path, name, error)
    }
  }

  const using = async <T>(
    name: string,
    work: (handle: FileHandle) => Promise<T>,
    signal?: AbortSignal,
  ): Promise<T | undefined> => {
    modelFileName(path, name)
    signal?.throwIfAborted()
    const handle = await opened(name)
    if (handle === undefined) return undefined
    try {
      return await work(handle)
    } catch (error) {
      if (signal?.aborted && error === signal.reason) throw error
      throw failure(path, name, error)
    } finally {
      await handle.close()
    }
  }

  const digestOf = (name: string): Promise<string | undefined> =>
    using(name, async handle => {
      const state = stateOf(await handle.stat({ bigint: true }))
      const known = digests.get(name)
      if (known?.state === state) return known.digest
      const digest = await fileDigest(handle)
      digests.set(name, { state, digest })
      return digest
    })

  return {
    place: path,
    has: async name => (await using(name, async () => true)) ?? false,
    async read(name: string, { signal, onProgress }: ReadOptions = {}) {
      const work = (handle: FileHandle) =>
        readWhole(handle, { signal, told: (loaded, total) => onProgress?.({ file: name, loaded, total }) })
      const bytes = await using(name, work, signal)
      if (bytes !== undefined) return bytes
      throw refused(path, name, 'is missing', 'Check the path of the folder, or download the model again.')
    },
    async locate(name) {
      const here = await place()
      const file = await pathOf(here, path, modelFileName(path, name))
      // What lies on the shelves of the hub's cache has another name there.
      if (file === undefined || file !== join(here.root, ...name.split('/'))) return undefined
      const bytes = await using(name, async handle => (await handle.stat()).size)
      return bytes === undefined ? undefined : { path: file, bytes }
    },
    async digest(names) {
      const found: [string, string][] = []
      for (const name of new Set(
        names ??
          (await filesBelow(await place()).catch(error => {
            throw failure(path, '', error)
          })),
      )) {
        const digest = await digestOf(name)
        if (digest !== undefined) found.push([name, digest])
      }
      return modelFilesDigest(found)
    },
  }
}

/** Where a file lies, once no part of its path is a link; undefined where there is none. */
const pathOf = async (here: FolderPlace, folder: string, name: string): Promise<string | undefined> => {
  const file = join(here.root, ...name.split('/'))
  try {
    const facts = await lstat(file)
    const real = await realpath(file)
    if (!facts.isSymbolicLink() && real === file) {
      if (!facts.isFile()) throw refused(folder, name, 'is not a plain file')
      return file
    }
    // On the shelves of the hub's cache a file is a link to what it keeps once for all revisions.
    if (here.blobs !== undefined && real.startsWith(`${here.blobs}${sep}`)) return real
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return undefined
    throw failure(folder, name, error)
  }
  throw refused(folder, name, 'is a link, or lies behind one', 'Copy the files that are meant into the folder.')
}

const refused = (
  folder: string,
  name: string,
  what: string,
  remedy = 'Expected a file like those of a hub repository. Download the model again, from somebody you trust.',
): RuntimeError =>
  new RuntimeError('runtime/model-files', `The file ${name} of the model in ${folder} ${what}. ${remedy}`)

const failure = (folder: string, name: string, error: unknown): unknown => {
  if (error instanceof RuntimeError) return error
  const what = name === '' ? `The folder of the model, ${folder},` : `The file ${name} of the model in ${folder}`
  const reason = error instanceof Error ? error.message : String(error)
  return new RuntimeError(
    'runtime/model-files',
    `${what} could not be read: ${reason}. Check that it is there, and who may read it.`,
    { cause: error },
  )
}
