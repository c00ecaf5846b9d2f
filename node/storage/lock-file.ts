import { randomUUID } from 'node:crypto'
import { readFile, rm, stat, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'

/** A lock that is older belongs to nobody any more: what it guards takes milliseconds. */
const staleMs = 30_000
const pollMs = 3

/** Tells this process from an earlier one with the same number, as containers have them. */
const run = randomUUID()

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

const created = async (path: string): Promise<boolean> => {
  try {
    await writeFile(path, JSON.stringify({ pid: process.pid, run, host: hostname() }), { flag: 'wx' })
    return true
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false
    throw error
  }
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
    const { mtimeMs } = await stat(path)
    return Date.now() - mtimeMs > staleMs || ownerIsGone(await readFile(path, 'utf8'))
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return false
    throw error
  }
}

const ownerIsGone = (text: string): boolean => {
  let owner: { readonly pid?: unknown; readonly run?: unknown; readonly host?: unknown }
  try {
    owner = JSON.parse(text)
  } catch {
    return false // being written
  }
  if (owner?.host !== hostname() || typeof owner.pid !== 'number') return false
  if (owner.pid === process.pid) return owner.run !== run
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
