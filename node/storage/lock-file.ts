import { link, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { dirname, join } from 'node:path'
import { nodeCrypto } from '../node-crypto.ts'

/** A lock that is older belongs to nobody any more: what it guards takes milliseconds. */
const staleMs = 30_000
/** As old a lock of this process's number, but of another run, belongs to an earlier process and not to a thread of this. */
const namesakeMs = 2000
const pollMs = 3

/** Tells this thread from an earlier process with the same number, as containers have them. */
const runId = (): string => {
  run ??= nodeCrypto().randomUUID()
  return run
}
let run: string | undefined

/**
 * Does `work` while holding a lock file, so that one process at a time does it.
 *
 * The lock of a process that was killed is taken over: at once when it ran on this machine, else after 30 seconds.
 */
export const withLockFile = async <T>(
  path: string,
  signal: AbortSignal | undefined,
  work: () => Promise<T>,
): Promise<T> => {
  await acquire(path, signal)
  try {
    return await work()
  } finally {
    await rm(path, { force: true })
  }
}

const acquire = async (path: string, signal: AbortSignal | undefined): Promise<void> => {
  for (;;) {
    signal?.throwIfAborted()
    if (await created(path)) return
    if (await isStale(path)) await takeAway(path)
    else await new Promise(resolve => setTimeout(resolve, pollMs))
  }
}

/**
 * Makes the lock with its owner's name in it, in one step: a second name for a file that this process wrote before. A
 * process that is killed here leaves no lock without an owner, which nobody could judge.
 */
const created = async (path: string): Promise<boolean> => {
  const folder = dirname(path)
  for (let tries = 0; ; tries += 1) {
    try {
      await link(await ownerFile(folder), path)
      return true
    } catch (error) {
      const code = codeOf(error)
      if (code === 'EEXIST') return false
      if (withoutLinks.has(code)) return createdAnew(path)
      if (code !== 'ENOENT' || tries > 0) throw error
      owners.delete(folder) // somebody tidied up
    }
  }
}

/** What file systems say that know no second name for a file. */
const withoutLinks: ReadonlySet<unknown> = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'])

const createdAnew = async (path: string): Promise<boolean> => {
  try {
    await writeFile(path, processOwner(), { flag: 'wx' })
    return true
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false
    throw error
  }
}

/** This process, as others may read it. */
export const processOwner = (): string => JSON.stringify({ pid, run: runId(), host: hostname() })
const { pid } = process

const owners = new Map<string, Promise<string>>()

/** The file in a folder of locks that names this process. */
const ownerFile = (folder: string): Promise<string> => {
  const path = join(folder, `.owner-${runId()}`)
  const written = owners.get(folder) ?? writeFile(path, processOwner()).then(() => path)
  owners.set(folder, written)
  written.catch(() => owners.delete(folder))
  return written
}

/** Removes a stale lock; by one process at a time, lest two remove each other's new locks. */
const takeAway = async (path: string): Promise<void> => {
  const broom = `${path}.stale`
  if (await created(broom)) {
    try {
      if (await isStale(path)) await rm(path, { force: true })
    } finally {
      await rm(broom, { force: true })
    }
  } else if (await isStale(broom)) {
    await rm(broom, { force: true })
  }
}

const isStale = async (path: string): Promise<boolean> => {
  try {
    // The time of change: that of the content is when the owner's file was written.
    const ageMs = Date.now() - (await stat(path)).ctimeMs
    return ageMs > staleMs || ownerIsGone(await readFile(path, 'utf8'), ageMs)
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return false
    throw error
  }
}

/** Whether the process of this text is known to have ended; `ageMs` ago it was there. */
export const ownerIsGone = (text: string, ageMs: number): boolean => {
  let owner: { readonly pid?: unknown; readonly run?: unknown; readonly host?: unknown }
  try {
    owner = JSON.parse(text)
  } catch {
    return false // being written
  }
  if (owner?.host !== hostname() || typeof owner.pid !== 'number') return false
  if (owner.pid === process.pid) return owner.run !== runId() && ageMs > namesakeMs
  try {
    process.kill(owner.pid, 0) // signal 0 only asks
    return false
  } catch (error) {
    return codeOf(error) === 'ESRCH'
  }
}

/** The system's code of an error: `ENOENT`. */
export const codeOf = (error: unknown): unknown =>
  typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined
