import { ConfigurationError } from '../../errors/configuration-error.ts'
import { RuntimeError } from '../../errors/runtime-error.ts'
import type { ModelFiles } from '../model-files.ts'
import { askFollowing } from './ask-following.ts'
import { sha256OfBytes } from './checksum.ts'
import { type HubFile, type HubListing, hubListing, listingText } from './hub-listing.ts'
import { modelFileName } from './model-file-name.ts'
import { countsInDigest, modelFilesDigest } from './model-files-digest.ts'
import type { RemoteFile } from './read-remote.ts'
import { type RemoteFilesOptions, remoteReader } from './remote-reader.ts'

export interface HubFilesOptions extends RemoteFilesOptions {
  /** A branch, a tag or a commit; `main` when absent. */
  readonly revision?: string
  /** Of the hub; `https://huggingface.co` when absent. */
  readonly endpoint?: string
  /** For repositories that are not open to all; sent to the endpoint and to nobody else. */
  readonly token?: string
  /** Uses what the cache keeps and asks nobody; false when absent. */
  readonly offline?: boolean
}

const hub = 'https://huggingface.co'

/**
 * The files of a model in a repository of a hub.
 *
 * 1. The hub is asked once which files there are at the revision, with their sizes and digests; they are fetched from that
 *    very commit, so that all are of one version. A file whose digest is the one that is kept is not fetched again.
 * 2. Every file is checked: large ones by their SHA-256, the others by the name that git gives their contents.
 * 3. Works offline once the files are in the cache: where the hub cannot be reached, the last listing counts. A commit as
 *    revision (40 hexadecimal digits) never changes and is asked for once.
 * 4. Redirects lead from the public hub to its own hosts only, from another one anywhere over HTTPS; `token` stays.
 * 5. In a cache that has files to locate, weights beside a graph are brought onto the disk and read there by the runtime.
 * 6. The digest needs no large file: the hub tells theirs.
 *
 * @throws ConfigurationError `configuration/invalid` for a name that is none of a repository; RuntimeError
 *   `runtime/model-files`
 * @example
 * const files = hubFiles('onnx-community/Qwen3-0.6B-ONNX', { cache })
 */
export const hubFiles = (repository: string, options: HubFilesOptions = {}): ModelFiles => {
  const { revision = 'main', token, offline = false } = options
  const endpoint = (options.endpoint ?? hub).replace(/\/$/, '')
  checkNames(repository, revision)
  const place = `${endpoint}/${repository}${revision === 'main' ? '' : `@${revision}`}`
  const reader = remoteReader(options)
  const { cache: _, ...rest } = options
  const secretHeaders = token === undefined ? {} : { authorization: `Bearer ${token}` }
  const isImmutable = /^[0-9a-f]{40}$/.test(revision)
  let looking: Promise<HubListing> | undefined

  const ask = (path: string): RemoteFile['ask'] => {
    const allows = endpoint === hub ? isHubHost : () => true
    return (headers, signal) =>
      askFollowing(reader.fetch, `${endpoint}${path}`, { headers, secretHeaders, signal, allows })
  }

  const listingKey = `listing ${endpoint} ${repository} ${revision}`

  const kept = async (): Promise<HubListing | undefined> => {
    const bytes = await reader.cached(cache => cache.read(listingKey, { maxBytes: longestListing }))
    return bytes && hubListing(new TextDecoder().decode(bytes))
  }

  const keep = (listing: HubListing): Promise<void> | Promise<undefined> =>
    reader.cached(async cache => {
      const bytes = new TextEncoder().encode(listingText(listing))
      const part = await cache.part(listingKey)
      await part.begin(listing.commit)
      await part.append(bytes)
      await part.bytes()
      await part.commit(await sha256OfBytes(bytes))
    })

  /** Whoever has a list already is not patient. */
  const asked = async (hurry: Pick<RemoteFilesOptions, 'attempts' | 'silenceMs'>): Promise<HubListing> => {
    const path = `/api/models/${repository}/revision/${encodeURIComponent(revision)}?blobs=true`
    const file = { name: 'list', place, key: `${listingKey} answer`, ask: ask(path), checksum: {} }
    const content = await remoteReader({ ...rest, ...hurry, maxBytes: longestListing }).read(file)
    const listing = content && hubListing(new TextDecoder().decode(content.bytes))
    if (listing === undefined) {
      const what = content === undefined ? 'There is no model' : 'No list of files came for the model'
      throw failure(`${what} at ${place}. Check the name of the repository and the revision.`)
    }
    await keep(listing)
    return listing
  }

  const list = async (): Promise<HubListing> => {
    const last = await kept()
    if (last && (offline || isImmutable)) return last
    if (offline) throw failure(`Nothing is kept of the model at ${place}. Load it once without { offline: true }.`)
    try {
      return await asked(last ? { attempts: 1, silenceMs: 5000 } : {})
    } catch (error) {
      if (last) return last
      throw error
    }
  }

  const found = async (name: string): Promise<{ file: HubFile; commit: string } | undefined> => {
    modelFileName(place, name)
    looking ??= list().catch(error => {
      looking = undefined
      throw error
    })
    const { commit, files } = await looking
    const file = files.find(one => one.name === name)
    return file && { file, commit }
  }

  const remote = ({ file, commit }: { readonly file: HubFile; readonly commit: string }): RemoteFile => {
    const { name, bytes, sha256, gitBlob } = file
    const path = `/${repository}/resolve/${commit}/${name.split('/').map(encodeURIComponent).join('/')}`
    return {
      ...{ name, place, bytes, checksum: { sha256, gitBlob } },
      key: `hub ${endpoint} ${repository} ${name}`,
      folder: `hub ${endpoint} ${repository} ${commit}`,
      tag: sha256 ?? gitBlob ?? commit,
      ask: offline ? unasked : ask(path),
    }
  }

  const digestOf = async (name: string): Promise<string | undefined> => {
    const one = await found(name)
    return one && (one.file.sha256 ?? (await reader.read(remote(one)))?.sha256)
  }

  return {
    place,
    has: async name => (await found(name)) !== undefined,
    async read(name, reading = {}) {
      reading.signal?.throwIfAborted()
      const one = await found(name)
      const content = one && (await reader.read(remote(one), reading))
      if (content) return content.bytes
      throw failure(
        `The file ${name} of the model at ${place} is missing. Use another dtype or revision, or look which files it has.`,
      )
    },
    async locate(name, reading = {}) {
      reading.signal?.throwIfAborted()
      const one = await found(name)
      return one && reader.locate(remote(one), reading)
    },
    async digest(names) {
      if (names === undefined) await found('config.json')
      const all = names ?? (await looking)?.files.map(({ name }) => name).filter(countsInDigest) ?? []
      const digests: [string, string][] = []
      for (const name of new Set(all)) {
        const digest = await digestOf(name)
        if (digest !== undefined) digests.push([name, digest])
      }
      return modelFilesDigest(digests)
    },
  }
}

/** Bytes; a repository of ten thousand files has two million. */
const longestListing = 16 * 2 ** 20

const unasked = (): Promise<Response> =>
  Promise.reject(new RangeError('it is not kept whole, and { offline: true } asks nobody'))

const isHubHost = (host: string): boolean =>
  ['huggingface.co', 'hf.co'].some(known => host === known || host.endsWith(`.${known}`))

const failure = (message: string): RuntimeError => new RuntimeError('runtime/model-files', message)

const checkNames = (repository: string, revision: string): void => {
  const isRepository = repository.split('/').length <= 2 && repository.split('/').every(isPart)
  if (isRepository && revision.length > 0 && revision.length <= 256) return
  const message = `Expected a repository like onnx-community/Qwen3-0.6B-ONNX and a revision like main, got ${JSON.stringify(repository.slice(0, 200))} and ${JSON.stringify(revision.slice(0, 200))}. Copy the name from the address of its page.`
  throw new ConfigurationError('configuration/invalid', message, {
    option: isRepository ? 'revision' : 'repository',
  })
}

const isPart = (part: string): boolean => /^[A-Za-z0-9_.-]{1,96}$/.test(part) && part !== '.' && part !== '..'
