import type { Example } from '../data/example.ts'
import type { RecentlyUsed } from '../data/recently-used.ts'
import { sha256 } from '../data/sha256.ts'
import { KkachiError } from '../errors/kkachi-error.ts'
import { StorageError } from '../errors/storage-error.ts'
import { loadProgram } from '../modules/load-program.ts'
import { readProgramFile } from '../modules/program-file.ts'
import { saveProgram } from '../modules/save-program.ts'
import type { Adapter } from '../ports/adapter.ts'
import type { Module } from '../ports/module.ts'
import type { Storage, StorageOptions } from '../ports/storage.ts'
import { prefixedStorage } from '../storage/prefixed.ts'
import { type ReadProgram, readProgram } from './read-program.ts'

/** One version of a program, whole. */
export interface ServedProgram {
  readonly name: string
  /** The SHA-256 of the file. */
  readonly version: string
  /** The program file. */
  readonly file: string
  readonly program: Module<Example, Example>
  readonly adapter: Adapter
}

/** Some of the programs, by name. */
export interface ProgramPage {
  readonly programs: readonly ServedProgram[]
  /** Names of programs that cannot be read any more: upload them again. */
  readonly unreadable: readonly string[]
  /** Where the rest begins. */
  readonly next?: string
}

/**
 * Programs by name, each a whole file, so that who reads one sees one version and never parts of two.
 *
 * 1. A file is checked before it is kept: one that cannot run changes nothing.
 * 2. Keys are made of hashes: no name reaches another's key, nor anything else in the store.
 * 3. A program read before is not read again: `parsed` is kept by content, so it may outlive requests and serve them all.
 */
export interface ProgramStore {
  get(name: string, options?: StorageOptions): Promise<ServedProgram | undefined>
  /** Keeps a program file. `signature` completes one of DSPy's, which has no types. */
  put(name: string, file: string, options?: PutProgramOptions): Promise<ServedProgram>
  list(options?: ListProgramsOptions): Promise<ProgramPage>
}

export interface PutProgramOptions extends StorageOptions {
  readonly signature?: string
}

export interface ListProgramsOptions extends StorageOptions {
  /** `next` of the page before. */
  readonly after?: string
  /** Programs at most; 100 when absent. */
  readonly limit?: number
}

export interface ProgramStoreOptions {
  /** Keeps programs that were read; none when absent. */
  readonly parsed?: RecentlyUsed<ReadProgram>
}

/**
 * Keeps programs in a storage, under `programs/`.
 *
 * @throws ProgramFileError and SignatureError, from `put`, for a file that cannot run; StorageError when the storage
 * fails, or what it keeps cannot be read any more
 * @example
 * const programs = programStore(memoryStorage())
 * const { version } = await programs.put('sentiment', await saveProgram(program))
 */
export const programStore = (storage: Storage, { parsed }: ProgramStoreOptions = {}): ProgramStore => {
  const records = prefixedStorage(storage, 'programs/')

  const served = async (name: string, file: string): Promise<ServedProgram> => {
    const version = await sha256(file)
    const known = parsed?.get(version)
    const { program, adapter } = known ?? (await readProgram(file))
    if (known === undefined) parsed?.set(version, { program, adapter }, file.length)
    return { name, version, file, program, adapter }
  }

  const read = async (key: string, options?: StorageOptions): Promise<ServedProgram | Unreadable | undefined> => {
    const stored = await records.get(key, options)
    if (stored === undefined) return undefined
    const { name, file } = unpacked(stored.value)
    try {
      return await served(name, file)
    } catch (error) {
      // It could be read when it was uploaded: an older version of this code reads what a newer one kept.
      if (KkachiError.is(error)) return { name, error }
      throw error
    }
  }

  return {
    async get(name, options) {
      const key = await sha256(name)
      const found = await read(key, options)
      if (found === undefined || 'program' in found) return found
      const message = 'The program is kept in a form that cannot be read. Upload it again.'
      throw new StorageError('storage/unavailable', message, { key, retryable: false, cause: found.error })
    },
    async put(name, file, { signature, ...options } = {}) {
      const complete = signature === undefined ? file : await withSignature(file, signature)
      const program = await served(name, complete)
      await records.put(await sha256(name), packed(name, complete), options)
      return program
    },
    async list({ after = '', limit = 100, ...options } = {}) {
      const keys: string[] = []
      for await (const key of records.list('', options)) {
        if (key > after && keys.push(key) > limit) break
      }
      const next = keys.length > limit ? keys[limit - 1] : undefined
      const found = await Promise.all(keys.slice(0, limit).map(key => read(key, options)))
      const known = found.filter(one => one !== undefined).sort((a, b) => (a.name < b.name ? -1 : 1))
      return {
        programs: known.filter(one => 'program' in one),
        unreadable: known.filter(one => 'error' in one).map(({ name }) => name),
        ...(next === undefined ? {} : { next }),
      }
    },
  }
}

interface Unreadable {
  readonly name: string
  readonly error: KkachiError
}

const withSignature = async (file: string, signature: string): Promise<string> => {
  const { adapter, provenance } = readProgramFile(file).kkachi ?? {}
  return saveProgram(await loadProgram(file, { signature }), {
    ...(adapter === undefined ? {} : { adapter }),
    ...(provenance === undefined ? {} : { provenance }),
  })
}

/** A record is a line with its name in JSON, which has no line's end in it, and the file as it came. */
const packed = (name: string, file: string): Uint8Array => new TextEncoder().encode(`${JSON.stringify(name)}\n${file}`)

const unpacked = (value: Uint8Array): { readonly name: string; readonly file: string } => {
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(value)
  const end = text.indexOf('\n')
  const name: unknown = JSON.parse(text.slice(0, end))
  return { name: String(name), file: text.slice(end + 1) }
}
