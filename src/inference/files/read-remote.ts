import { RuntimeError } from '../../errors/runtime-error.ts'
import type { LocatedFile, ReadOptions } from '../model-files.ts'
import { type Checksum, checksumProblem, type Digest, digestOfBytes } from './checksum.ts'
import { type DownloadRetry, download } from './download.ts'
import type { FileCache, FilePart, FilePlace, KeptFile } from './file-cache.ts'
import { memoryPart } from './memory-part.ts'

/** A file that may have to be fetched. */
export interface RemoteFile {
  readonly name: string
  /** Of the model, for errors. */
  readonly place: string
  /** Of the file, in the cache. */
  readonly key: string
  /**
   * What it lies together with in the cache: files of one version of a model. By its SHA-256 where only that tells the
   * version, which is not known before the file came.
   */
  readonly folder?: string | ((sha256: string) => string) | undefined
  readonly ask: (headers: Readonly<Record<string, string>>, signal: AbortSignal) => Promise<Response>
  /** What tells its version and size, where it is known before. */
  readonly tag?: string | undefined
  readonly bytes?: number | undefined
  readonly checksum: Checksum
}

export interface RemoteReading {
  readonly cache: FileCache | undefined
  readonly maxBytes: number
  readonly retry: DownloadRetry
}

export interface RemoteContent {
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly sha256: string
}

/** What is kept of a file, when it is the version that is wanted; undefined when it has to be asked for. */
export const keptVersion = async (
  { key, tag, checksum }: Pick<RemoteFile, 'key' | 'tag' | 'checksum'>,
  cache: FileCache | undefined,
): Promise<KeptFile | undefined> => {
  const kept = await cache?.find(key)
  if (kept === undefined) return undefined
  if (checksum.sha256 !== undefined) return kept.sha256 === checksum.sha256.toLowerCase() ? kept : undefined
  return tag !== undefined && kept.tag === tag ? kept : undefined
}

/**
 * A file from the cache where that is certain to be the one, else from its place, checked and kept. When the place cannot
 * be reached and nobody told a version, what is kept is taken for it. Undefined where there is no such file.
 *
 * @throws RuntimeError `runtime/model-files`; StorageError of the cache; the signal's reason
 */
export const readRemote = (
  file: RemoteFile,
  reading: RemoteReading,
  options: ReadOptions,
): Promise<RemoteContent | undefined> => {
  const { cache, maxBytes } = reading
  const told = progressOf(file, options)
  return brought(file, reading, options, {
    async kept(sha256) {
      const bytes = await cache?.read(file.key, { signal: options.signal, maxBytes, told })
      if (bytes?.length === 0) told(0, 0)
      return bytes && { bytes, sha256 }
    },
    async came(part, { sha256, bytes = part.bytes() }) {
      const whole = await bytes
      return whole && { bytes: whole, sha256 }
    },
  })
}

/**
 * Where a file lies in the cache, brought there first where it is still to come; it does not pass through memory as a whole.
 * Undefined where there is no such file, or the cache cannot keep it or say where it lies: then none of it came.
 *
 * @throws as readRemote
 */
export const locateRemote = async (
  file: RemoteFile,
  reading: RemoteReading,
  options: ReadOptions,
): Promise<LocatedFile | undefined> => {
  const { cache, maxBytes } = reading
  const { folder, bytes } = file
  if (cache?.locate === undefined || folder === undefined) return undefined
  const hasRoom = (total: number | undefined): boolean => total === undefined || total <= (cache.maxBytes ?? total)
  if (!hasRoom(bytes)) return undefined
  return brought(file, reading, options, {
    async kept(sha256) {
      const at = typeof folder === 'string' ? folder : folder(sha256)
      const located = await cache.locate?.(file.key, { folder: at, name: file.name })
      return located && located.bytes <= maxBytes ? located : undefined
    },
    came: async () => undefined,
    // What is seen not to be kept only after it came would come twice.
    wants: (tag, total) => (tag !== '' || isPinned(file)) && hasRoom(total),
  })
}

/** Whether somebody told a version of it before it is asked for. */
const isPinned = ({ tag, checksum }: RemoteFile): boolean => tag !== undefined || checksum.sha256 !== undefined

/** How a file is handed on: from the cache, or, where that is asked for, out of the part before it is kept. */
interface Taking<T> {
  readonly kept: (sha256: string) => Promise<T | undefined>
  readonly came: (part: FilePart, content: CheckedContent) => Promise<T | undefined>
  /** Whether it is to come, by the version and the length that its place tells; always when absent. */
  readonly wants?: (tag: string, total: number | undefined) => boolean
}

interface CheckedContent {
  readonly sha256: string
  /** Where they were taken into memory to look at them. */
  readonly bytes?: Uint8Array<ArrayBuffer>
}

const brought = async <T>(
  file: RemoteFile,
  reading: RemoteReading,
  options: ReadOptions,
  taking: Taking<T>,
): Promise<T | undefined> => {
  options.signal?.throwIfAborted()
  const { cache } = reading
  const { key } = file
  const known = async (): Promise<T | undefined> => {
    const kept = await keptVersion(file, cache)
    return kept && taking.kept(kept.sha256)
  }
  const found = await known()
  if (found !== undefined) return found
  // What is there already in some version may be all that is wanted: then it is only asked for, and nobody has to wait.
  const isNew = isPinned(file) || (await cache?.find(key)) === undefined
  const turn = isNew ? await cache?.turn?.(key, options.signal) : undefined
  try {
    const came = turn?.waited ? await known() : undefined
    if (came !== undefined) return came
    const part = (await cache?.part(key, placeOf(file))) ?? memoryPart()
    try {
      const ended = await broughtInto(part, file, reading, options, taking)
      if (ended !== 'again') return ended
    } finally {
      await part.close?.()
    }
  } finally {
    await turn?.end()
  }
  return brought(file, reading, options, taking)
}

/** Where the version is not known before, each download has a folder to itself: what lies there is never another one. */
const placeOf = ({ folder, name, key }: RemoteFile): FilePlace | undefined =>
  folder === undefined
    ? undefined
    : { folder: typeof folder === 'string' ? folder : `${key} ${crypto.randomUUID()}`, name }

const broughtInto = async <T>(
  part: FilePart,
  file: RemoteFile,
  { cache, maxBytes, retry }: RemoteReading,
  options: ReadOptions,
  taking: Taking<T>,
): Promise<T | undefined | 'again'> => {
  const { key, tag, bytes, checksum } = file
  const { signal } = options
  const told = progressOf(file, options)
  const fromCache = async (): Promise<T | undefined> => {
    const kept = await cache?.find(key)
    return kept && taking.kept(kept.sha256)
  }
  const pinned = isPinned(file)
  const keptTag = pinned ? undefined : (await cache?.find(key))?.tag
  const resumed = part.loaded > 0
  const ended = await download({
    ...{ ask: file.ask, part, tag, bytes, keptTag, maxBytes, retry, signal, wants: taking.wants },
    told: paced(told),
    failure: failureOf(file),
  })
  if (ended.end === 'absent' || ended.end === 'unwanted') return undefined
  if (ended.end === 'unreachable') {
    const kept = pinned ? undefined : await fromCache()
    if (kept !== undefined) return kept
    throw ended.error
  }
  if (ended.end === 'not-modified') {
    const kept = await fromCache()
    if (kept !== undefined) return kept
    // It went meanwhile: nothing is kept now, so that it comes whole.
    await cache?.delete(key)
    return 'again'
  }
  const total = part.loaded
  const content = await checked(file, part)
  if (typeof content === 'string') {
    await part.discard()
    // What was kept from before may be what is wrong.
    if (resumed) return 'again'
    throw failureOf(file)(
      `is not what it has to be: ${content}`,
      'Nothing of it was kept. Try again; if it stays so, the file was damaged or replaced where it comes from.',
    )
  }
  const taken = await taking.came(part, content)
  told(total, total)
  if (part.tag === '' && checksum.sha256 === undefined) await part.discard()
  else await part.commit(content.sha256)
  return taken ?? taking.kept(content.sha256)
}

/** What came, once it is what it has to be; else what is wrong. */
const checked = async (file: RemoteFile, part: FilePart): Promise<CheckedContent | string> => {
  const bytes = part.digest === undefined ? await part.bytes() : undefined
  const digest: Digest | undefined = bytes ? digestOfBytes(bytes) : part.digest
  const sha256 = await digest?.('SHA-256')
  if (digest === undefined || sha256 === undefined) return 'something of what was kept of it is gone'
  const problem = await checksumProblem(bytes?.length ?? part.loaded, sha256, file.checksum, digest)
  return problem ?? { sha256, ...(bytes && { bytes }) }
}

const progressOf =
  ({ name }: RemoteFile, { onProgress }: ReadOptions) =>
  (loaded: number, total: number | undefined): void =>
    onProgress?.({ file: name, loaded, total })

/** Told at each 256 KiB: chunks of the network are small. */
const paced = (told: (loaded: number, total: number | undefined) => void) => {
  let last = 0
  return (loaded: number, total: number | undefined): void => {
    if (loaded - last < 256 * 1024 && loaded >= last && loaded !== total) return
    last = loaded
    told(loaded, total)
  }
}

const failureOf =
  ({ name, place }: Pick<RemoteFile, 'name' | 'place'>) =>
  (what: string, remedy = 'Check the address, and that it has the files of a model.', cause?: unknown): RuntimeError =>
    new RuntimeError('runtime/model-files', `The file ${name} of the model at ${place} ${what}. ${remedy}`, { cause })
