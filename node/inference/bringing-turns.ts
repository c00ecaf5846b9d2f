import type { FileTurn } from '../../src/inference/index.ts'
import { processOwner } from '../storage/lock-file.ts'
import type { KeptRecords, TurnRecord } from './kept-records.ts'
import { isFree } from './room-in-cache.ts'

/** How turns wait and tell that they go on. */
export interface BringingTurnsOptions {
  readonly sleep?: (ms: number) => Promise<void>
  /** Does something again and again until it is stopped by what it returns. */
  readonly again?: (ms: number, work: () => void) => () => void
}

/** Milliseconds between two looks of whoever waits. */
const lookMs = 100
/** Milliseconds after which whoever has the turn says that it is still there. */
const beatMs = 1000
/** Looks without a word from whoever has the turn, after which it counts as stuck: some ten seconds. */
const patience = 100

/**
 * Turns to bring a file into a folder that processes share, so that one brings it and the others wait.
 *
 * 1. A turn is a record with its owner, changed by compare-and-set. That of a process that has ended is taken at the next
 *    look, by one of those who wait.
 * 2. Its owner writes it anew each second. Where ten go by without (a process that was stopped, another machine that is
 *    gone, a number that another process has now), it is taken over; both then write parts of their own.
 */
export const bringingTurns =
  (turns: KeptRecords<TurnRecord>, { sleep = slept, again = repeated }: BringingTurnsOptions = {}) =>
  async (key: string, signal?: AbortSignal): Promise<FileTurn> => {
    let seen: string | undefined
    let waited = false
    for (let silent = 0; ; silent += 1) {
      signal?.throwIfAborted()
      const found = await turns.get(key)
      if (found?.version !== seen) silent = 0
      seen = found?.version
      if (found === undefined || isFree(found.record.owner) || silent >= patience) {
        if (await turns.replace({ key, owner: processOwner() }, seen)) return held(turns, key, waited, again)
        // A record that nobody can read: to bring it twice is better than not at all.
        if (silent >= patience) return { waited, end: async () => {} }
      }
      waited = true
      await sleep(lookMs)
    }
  }

const held = (
  turns: KeptRecords<TurnRecord>,
  key: string,
  waited: boolean,
  again: NonNullable<BringingTurnsOptions['again']>,
): FileTurn => {
  let beating: Promise<unknown> | undefined
  const own = async () => {
    const found = await turns.get(key)
    return found?.record.owner === processOwner() ? found : undefined
  }
  const beat = async (): Promise<void> => {
    const found = await own()
    if (found) await turns.replace(found.record, found.version)
  }
  const stop = again(beatMs, () => {
    // Where it fails it is late, and the turn is taken over at worst.
    beating ??= beat()
      .catch(() => {})
      .finally(() => {
        beating = undefined
      })
  })
  return {
    waited,
    async end() {
      stop()
      await beating
      // Where it stays it is silent from now on.
      if (await own().catch(() => undefined)) await turns.delete(key).catch(() => {})
    },
  }
}

const slept = (ms: number): Promise<void> => new Promise(resolve => setTimeout(resolve, ms))

const repeated = (ms: number, work: () => void): (() => void) => {
  const timer = setInterval(work, ms)
  timer.unref()
  return () => clearInterval(timer)
}
