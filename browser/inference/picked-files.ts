import { RuntimeError } from '../../src/index.ts'
import { countsInModelDigest, type ModelFiles, modelFileName, modelFilesDigest } from '../../src/inference/index.ts'

/** The part of a picked `File` that is read. */
export interface PickedFile extends Blob {
  readonly name: string
  /** From the picked folder on, where a folder was picked; else empty. */
  readonly webkitRelativePath?: string
}

export interface PickedFilesOptions {
  /** Larger files are refused before memory is taken; bytes, 4 GiB when absent. */
  readonly maxBytes?: number
}

/** Short enough that an abort is heard soon. */
const pieceBytes = 32 * 2 ** 20

/**
 * The files of a model that the user picked: a whole folder (`<input type="file" webkitdirectory>`), or its files by
 * themselves, in which case those that belong below `onnx/` are found by their own names.
 *
 * @throws RuntimeError `runtime/model-files`
 * @example
 * const files = pickedFiles(input.files ?? [])
 */
export const pickedFiles = (
  picked: Iterable<PickedFile> | ArrayLike<PickedFile>,
  { maxBytes = 4 * 2 ** 30 }: PickedFilesOptions = {},
): ModelFiles => {
  const place = 'the files that were picked'
  const byName = new Map(Array.from(picked, file => [nameOf(file), file] as const))
  const digests = new Map<PickedFile, string>()

  const find = (name: string): PickedFile | undefined => {
    modelFileName(place, name)
    const flat = byName.get(name.slice(name.lastIndexOf('/') + 1))
    return byName.get(name) ?? (flat && !flat.webkitRelativePath ? flat : undefined)
  }

  const failure = (name: string, what: string, remedy: string, cause?: unknown): RuntimeError =>
    new RuntimeError('runtime/model-files', `The file ${name} of the model in ${place} ${what}. ${remedy}`, { cause })

  const read: ModelFiles['read'] = async (name, { signal, onProgress } = {}) => {
    const file = find(name)
    signal?.throwIfAborted()
    if (file === undefined) throw failure(name, 'is missing', 'Pick the whole folder of the model.')
    if (file.size > maxBytes) {
      const remedy = 'Raise maxBytes, or use a smaller model.'
      throw failure(name, `has ${file.size} bytes, ${maxBytes} are allowed`, remedy)
    }
    try {
      const bytes = new Uint8Array(file.size)
      for (let at = 0; at < bytes.length; at += pieceBytes) {
        signal?.throwIfAborted()
        bytes.set(new Uint8Array(await file.slice(at, at + pieceBytes).arrayBuffer()), at)
        onProgress?.({ file: name, loaded: Math.min(at + pieceBytes, bytes.length), total: bytes.length })
      }
      if (bytes.length === 0) onProgress?.({ file: name, loaded: 0, total: 0 })
      return bytes
    } catch (error) {
      if (signal?.aborted && error === signal.reason) throw error
      const reason = error instanceof Error ? error.message : String(error)
      throw failure(name, `could not be read: ${reason}`, 'Pick it again: it may have changed or moved.', error)
    }
  }

  const digestOf = async (name: string): Promise<string | undefined> => {
    const file = find(name)
    if (file === undefined) return undefined
    const known = digests.get(file)
    if (known !== undefined) return known
    const digest = hexOf(await crypto.subtle.digest('SHA-256', await read(name)))
    digests.set(file, digest)
    return digest
  }

  return {
    place,
    has: async name => find(name) !== undefined,
    read,
    async digest(names = [...byName.keys()].filter(countsInModelDigest)) {
      const found: [string, string][] = []
      for (const name of new Set(names)) {
        const digest = await digestOf(name)
        if (digest !== undefined) found.push([name, digest])
      }
      return modelFilesDigest(found)
    },
  }
}

/** Below the folder that was picked. */
const nameOf = ({ name, webkitRelativePath = '' }: PickedFile): string =>
  webkitRelativePath === '' ? name : webkitRelativePath.slice(webkitRelativePath.indexOf('/') + 1)

const hexOf = (digest: ArrayBuffer): string =>
  Array.from(new Uint8Array(digest), byte => byte.toString(16).padStart(2, '0')).join('')
