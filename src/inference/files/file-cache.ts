import type { LocatedFile } from '../model-files.ts'

/**
 * Keeps downloaded files, whole or as far as they came.
 *
 * 1. find() and read() know whole files only. What was begun anew is seen once it is committed, and until then the file
 *    before is; a file whose bytes are not all there counts as absent.
 * 2. A key has one part, that lasts when its process ends: part() goes on where the last one stopped.
 * 3. Keys and tags are any text; what they name stays inside the cache.
 * 4. locate(), where there is one, gives the path of a whole file, which ends with the name of its place; until the cache
 *    lets go of the file, nothing else is ever found there than what has its SHA-256. Files of one folder lie side by side.
 * 5. turn(), where there is one, waits while another brings the file, and comes to an end when that one has ended, in whatever
 *    way, or gets no further. It only spares a second download: whoever brings a file without a turn harms nobody.
 *
 * @throws StorageError, by rejecting
 */
export interface FileCache {
  find(key: string): Promise<KeptFile | undefined>
  read(key: string, options?: FileCacheReadOptions): Promise<Uint8Array<ArrayBuffer> | undefined>
  /** @param place where it is to lie once it is whole, in a cache that has files to locate */
  part(key: string, place?: FilePlace): Promise<FilePart>
  delete(key: string): Promise<void>
  locate?(key: string, place: FilePlace): Promise<LocatedFile | undefined>
  turn?(key: string, signal?: AbortSignal): Promise<FileTurn>
  /** Bytes it keeps at most; without bound when absent. */
  readonly maxBytes?: number | undefined
}

/** To bring a file, while others wait for it. */
export interface FileTurn {
  /** Whether another had the turn before: then the file may be there. */
  readonly waited: boolean
  end(): Promise<void>
}

/** Where a file of a model lies among others. */
export interface FilePlace {
  /** Any text; the same for files that belong together, and another where a file of that name may be another. */
  readonly folder: string
  /** As `modelFileName` allows it. */
  readonly name: string
}

export interface KeptFile {
  /** Of the version that is kept: an entity tag, a digest. */
  readonly tag: string
  readonly bytes: number
  /** Lower-case hexadecimal digits. */
  readonly sha256: string
}

export interface FileCacheReadOptions {
  readonly signal?: AbortSignal | undefined
  /** A larger one counts as absent. */
  readonly maxBytes?: number
  readonly told?: (loaded: number, total: number) => void
}

/** A file on its way. One caller at a time. */
export interface FilePart {
  /** The version that the bytes are of; undefined before begin(). */
  readonly tag: string | undefined
  /** Bytes so far, those of earlier calls included. */
  readonly loaded: number
  /** Begins with a version, and drops what came of any other. */
  begin(tag: string): Promise<void>
  append(chunk: Uint8Array<ArrayBuffer>): Promise<void>
  /** Keeps what came so far for the next time. */
  pause(): Promise<void>
  /** All that came, in one; the part may only be committed or discarded then. Undefined where something of it is gone. */
  bytes(): Promise<Uint8Array<ArrayBuffer> | undefined>
  /**
   * The digest of all that came, after some bytes before it, without taking it into memory; lower-case hexadecimal digits.
   * Undefined where something of it is gone.
   */
  digest?(algorithm: 'SHA-1' | 'SHA-256', before?: Uint8Array<ArrayBuffer>): Promise<string | undefined>
  /** The file is whole, and takes the place of the one before. */
  commit(sha256: string): Promise<void>
  discard(): Promise<void>
  /** Whoever has the part leaves it to the next. */
  close?(): Promise<void>
}
