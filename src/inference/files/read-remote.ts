import { RuntimeError } from '../../errors/runtime-error.ts'
import type { ReadOptions } from '../model-files.ts'
import { type Checksum, checksumProblem, sha256OfBytes } from './checksum.ts'
import { type DownloadRetry, download } from './download.ts'
import type { FileCache, FilePart, KeptFile } from './file-cache.ts'
import { memoryPart } from './memory-part.ts'

/** A file that may have to be fetched. */
export interface RemoteFile {
  readonly name: string
  /** Of the model, for errors. */
  readonly place: string
  /** Of the file, in the cache. */
  readonly key: string
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
export const readRemote = async (
  file: RemoteFile,
  reading: RemoteReading,
  { signal, onProgress }: ReadOptions,
): Promise<RemoteContent | undefined> => {
  signal?.throwIfAborted()
  const { cache, maxBytes } = reading
  const { name, key, tag, checksum } = file
  const told = (loaded: number, total: number | undefined): void => onProgress?.({ file: name, loaded, total })
  const fromCache = async (): Promise<RemoteContent | undefined> => {
    const kept = await cache?.find(key)
    const bytes = kept && (await cache?.read(key, { signal, maxBytes, told }))
    if (kept === undefined || bytes === undefined) return undefined
    if (bytes.length === 0) told(0, 0)
    return { bytes, sha256: kept.sha256 }
  }

  if (await keptVersion(file, cache)) {
    const kept = await fromCache()
    if (kept) return kept
  }
  const isPinned = tag !== undefined || checksum.sha256 !== undefined
  const keptTag = isPinned ? undefined : (await cache?.find(key))?.tag
  const part = (await cache?.part(key)) ?? memoryPart()
  const resumed = part.loaded > 0
  const ended = await download({
    ...{ ask: file.ask, part, tag, bytes: file.bytes, keptTag, maxBytes, retry: reading.retry, signal },
    told: paced(told),
    failure: failureOf(file),
  })
  if (ended.end === 'absent') return undefined
  if (ended.end === 'unreachable') {
    const kept = isPinned ? undefined : await fromCache()
    if (kept) return kept
    throw ended.error
  }
  if (ended.end === 'not-modified') {
    const kept = await fromCache()
    if (kept) return kept
    // It went meanwhile: nothing is kept now, so that it comes whole.
    await cache?.delete(key)
    return readRemote(file, reading, { signal, onProgress })
  }
  const content = await checked(file, part)
  if (typeof content === 'string') {
    await part.discard()
    // What was kept from before may be what is wrong.
    if (resumed) return readRemote(file, reading, { signal, onProgress })
    throw failureOf(file)(
      `is not what it has to be: ${content}`,
      'Nothing of it was kept. Try again; if it stays so, the file was damaged or replaced where it comes from.',
    )
  }
  told(content.bytes.length, content.bytes.length)
  if (part.tag === '' && checksum.sha256 === undefined) await part.discard()
  else await part.commit(content.sha256)
  return content
}

/** What came, once it is what it has to be; else what is wrong. */
const checked = async (file: RemoteFile, part: FilePart): Promise<RemoteContent | string> => {
  const bytes = await part.bytes()
  if (bytes === undefined) return 'something of what was kept of it is gone'
  const sha256 = await sha256OfBytes(bytes)
  return (await checksumProblem(bytes, sha256, file.checksum)) ?? { bytes, sha256 }
}

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
