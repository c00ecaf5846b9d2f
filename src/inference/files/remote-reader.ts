import { StorageError } from '../../errors/storage-error.ts'
import { untilAborted } from '../../models/until-aborted.ts'
import type { Clock } from '../../ports/clock.ts'
import { systemClock } from '../../ports/system-clock.ts'
import { keyTurns } from '../../storage/key-turns.ts'
import type { LocatedFile, ReadOptions } from '../model-files.ts'
import type { Fetch } from './ask-following.ts'
import type { FileCache } from './file-cache.ts'
import { locateRemote, type RemoteContent, type RemoteFile, readRemote } from './read-remote.ts'

/** How files are fetched and kept. */
export interface RemoteFilesOptions {
  /** Keeps what came; nothing is kept when absent. */
  readonly cache?: FileCache
  /** The platform's when absent. */
  readonly fetch?: Fetch
  /** Larger files are refused; bytes, 4 GiB when absent. */
  readonly maxBytes?: number
  /** Times in a row that nothing comes before a file is given up; 4 when absent. */
  readonly attempts?: number
  /** Milliseconds without a byte after which a connection counts as broken; 30,000 when absent. */
  readonly silenceMs?: number
  /** Hears why the cache could not be used; the files are then fetched without it. */
  readonly onCacheFailure?: (error: StorageError) => void
  readonly clock?: Clock
  /** In [0, 1), for the waits between attempts. */
  readonly random?: () => number
}

/** Reads files of one place, each by one caller at a time. */
export interface RemoteReader {
  readonly fetch: Fetch
  /** Undefined where there is no such file. */
  read(file: RemoteFile, options?: ReadOptions): Promise<RemoteContent | undefined>
  /** Where it lies, once it is whole; undefined where it cannot be read from a disk. */
  locate(file: RemoteFile, options?: ReadOptions): Promise<LocatedFile | undefined>
  /** The cache's answer; undefined where there is no cache, or it fails. */
  cached<T>(ask: (cache: FileCache) => Promise<T>): Promise<T | undefined>
}

/** Makes a reader; a cache that fails is told, and done without. */
export const remoteReader = ({
  cache,
  fetch: asking = (url, init) => fetch(url, init),
  maxBytes = 4 * 2 ** 30,
  attempts = 4,
  silenceMs = 30_000,
  onCacheFailure = () => {},
  clock = systemClock,
  random = Math.random,
}: RemoteFilesOptions): RemoteReader => {
  const inTurn = keyTurns()
  const reading = { cache, maxBytes, retry: { attempts, silenceMs, clock, random } }

  const trying = async <T>(work: () => Promise<T>, without: () => T | Promise<T>): Promise<T> => {
    try {
      return await work()
    } catch (error) {
      if (!(error instanceof StorageError)) throw error
      onCacheFailure(error)
      return without()
    }
  }

  /** Whoever gives up waits for nobody. */
  const alone = <T>(file: RemoteFile, { signal }: ReadOptions, work: () => Promise<T>): Promise<T> =>
    untilAborted(signal, clock, () => inTurn(file.key, work))

  return {
    fetch: asking,
    read: (file, options = {}) =>
      alone(file, options, () =>
        trying(
          () => readRemote(file, reading, options),
          () => readRemote(file, { ...reading, cache: undefined }, options),
        ),
      ),
    locate: (file, options = {}) =>
      alone(file, options, () => trying(() => locateRemote(file, reading, options), nothing)),
    cached: ask => trying(async () => cache && ask(cache), nothing),
  }
}

const nothing = (): undefined => undefined
