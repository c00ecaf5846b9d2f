import { RuntimeError } from '../../errors/runtime-error.ts'
import type { ModelFiles } from '../model-files.ts'
import { askFollowing } from './ask-following.ts'
import { modelFileName } from './model-file-name.ts'
import { modelFilesDigest } from './model-files-digest.ts'
import { keptVersion, type RemoteFile } from './read-remote.ts'
import { type RemoteFilesOptions, remoteReader } from './remote-reader.ts'

export interface AddressFilesOptions extends RemoteFilesOptions {
  /** What files have to be, by their names: SHA-256 in hexadecimal digits. With it, what is kept is used unasked. */
  readonly sha256?: Readonly<Record<string, string>>
  /** Sent to the address itself and never to another origin: `{ authorization: 'Bearer …' }`. */
  readonly headers?: Readonly<Record<string, string>>
}

/** What every model has beside its weights; what counts where a place cannot be listed. */
const smallFiles = ['config.json', 'generation_config.json', 'tokenizer.json', 'tokenizer_config.json']

/**
 * The files of a model below one address, or each at its own.
 *
 * 1. With a `cache`, a file is asked for by the version that is kept (its entity tag or date), and works offline once it is
 *    there; what tells no version, and has no `sha256`, is not kept.
 * 2. An interrupted download goes on where it stopped, in the same call or a later one, if the file is still the same.
 * 3. In a cache that has files to locate, weights are brought onto the disk, and a runtime reads them there. Without a
 *    `sha256` they are what the address gave, in the length it told: that it is the right file, and that a graph and its
 *    weights are of one version, only a `sha256` can say.
 * 4. Below one address the digest without names covers the four small JSON files: such a place cannot be listed.
 *
 * @throws RuntimeError `runtime/model-files`
 * @example
 * const files = addressFiles('https://models.example.com/qwen3-0.6b/', { cache })
 */
export const addressFiles = (
  where: string | Readonly<Record<string, string>>,
  options: AddressFilesOptions = {},
): ModelFiles => {
  const place = typeof where === 'string' ? where : 'addresses of their own'
  const reader = remoteReader(options)
  const { headers: secretHeaders = {}, sha256 = {} } = options
  /** Of files without a told SHA-256 that were located, by what came: they lie together where none of them is another. */
  const located = new Map<string, string>()

  const folderOf = (name: string, digest: string): string => {
    located.set(name, digest)
    return `address ${JSON.stringify([where, [...located].sort()])}`
  }

  const fileOf = (name: string): RemoteFile | undefined => {
    modelFileName(place, name)
    const address = addressOf(where, name)
    if (address === undefined) return undefined
    const told = Object.hasOwn(sha256, name) ? sha256[name] : undefined
    return {
      name,
      place: typeof where === 'string' ? where : address,
      key: `address ${address}`,
      folder: told === undefined ? digest => folderOf(name, digest) : `address ${JSON.stringify([where, sha256])}`,
      ask: (headers, signal) => askFollowing(reader.fetch, address, { headers, secretHeaders, signal }),
      checksum: { sha256: told },
    }
  }

  const isThere = async (name: string, file: RemoteFile): Promise<boolean> => {
    const address = addressOf(where, name) ?? ''
    const signal = new AbortController().signal
    if (await reader.cached(cache => keptVersion(file, cache))) return true
    try {
      const look = { headers: {}, secretHeaders, signal }
      const head = await askFollowing(reader.fetch, address, { ...look, method: 'HEAD' })
      await head.body?.cancel()
      const isRefused = head.status === 405 || head.status === 501
      const response = isRefused ? await askFollowing(reader.fetch, address, look) : head
      if (isRefused) await response.body?.cancel()
      if (response.ok) return true
      if (response.status === 404 || response.status === 410) return false
      throw new RangeError(`it answered with status ${response.status}`)
    } catch (cause) {
      if (await reader.cached(cache => cache.find(file.key))) return true
      // Nobody answers: a model that was brought before has the files that are kept.
      const config = cause instanceof RangeError ? undefined : fileOf('config.json')
      if (config && (await reader.cached(cache => cache.find(config.key)))) return false
      const reason = cause instanceof Error ? cause.message : String(cause)
      const message = `Whether there is a file ${name} of the model at ${file.place} could not be asked: ${reason}. Check the address and the connection.`
      throw new RuntimeError('runtime/model-files', message, { cause })
    }
  }

  return {
    place,
    async has(name) {
      const file = fileOf(name)
      return file !== undefined && (typeof where !== 'string' || (await isThere(name, file)))
    },
    async read(name, reading) {
      const file = fileOf(name)
      const content = file && (await reader.read(file, reading))
      if (content) return content.bytes
      throw new RuntimeError(
        'runtime/model-files',
        `The file ${name} of the model at ${place} is missing. Check the address, and that it has the files of a model.`,
      )
    },
    async locate(name, reading) {
      const file = fileOf(name)
      return file && reader.locate(file, reading)
    },
    async digest(names = typeof where === 'string' ? smallFiles : Object.keys(where)) {
      const digests: [string, string][] = []
      for (const name of new Set(names)) {
        const file = fileOf(name)
        const digest = file && (file.checksum.sha256?.toLowerCase() ?? (await reader.read(file))?.sha256)
        if (digest !== undefined) digests.push([name, digest])
      }
      return modelFilesDigest(digests)
    },
  }
}

const addressOf = (where: string | Readonly<Record<string, string>>, name: string): string | undefined => {
  if (typeof where !== 'string') return Object.hasOwn(where, name) ? where[name] : undefined
  return `${where.endsWith('/') ? where : `${where}/`}${name.split('/').map(encodeURIComponent).join('/')}`
}
