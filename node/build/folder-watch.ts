import { existsSync, type FSWatcher, watch } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { type WatchedPaths, watchedFolders } from './watched-paths.ts'

/** Watches folders for what happens to some of their files. */
export interface FolderWatch {
  /** From now on these files count. */
  follow(paths: WatchedPaths): void
  /** Resolves when one of them changed since the last time, and nothing did for a moment; rejects when it is stopped. */
  changed(): Promise<void>
}

/** Editors write in several steps. */
const quietMs = 50

/** Watches until the signal aborts. */
export const folderWatch = (signal: AbortSignal): FolderWatch => {
  const watchers = new Map<string, FSWatcher>()
  let counts: WatchedPaths['has'] = () => false
  let isDirty = false
  let wake = (): void => {}
  const tell = (): void => {
    isDirty = true
    wake()
  }
  const open = (folder: string, deep: boolean): void => {
    const key = `${deep ? 'deep' : 'flat'} ${folder}`
    if (watchers.has(key)) return
    const watcher = watch(folder, { recursive: deep }, (_event, name) => {
      if (name === null || counts(join(folder, name)) || !existsSync(folder)) tell()
    })
    watcher.on('error', tell) // A folder that is gone: what is compiled next says so.
    watchers.set(key, watcher)
  }
  signal.addEventListener('abort', () => {
    for (const watcher of watchers.values()) watcher.close()
    wake()
  })
  return {
    follow(paths) {
      counts = paths.has
      for (const [folder, deep] of watchedFolders(paths)) {
        const there = nearest(resolve(folder))
        open(there, deep && there === folder)
      }
    },
    async changed() {
      while (!isDirty && !signal.aborted) {
        await new Promise<void>(done => {
          wake = done
        })
      }
      do {
        signal.throwIfAborted()
        isDirty = false
        await new Promise(done => setTimeout(done, quietMs))
      } while (isDirty)
    },
  }
}

/** The folder, or the nearest one around it that exists. */
const nearest = (folder: string): string => (existsSync(folder) ? folder : nearest(dirname(folder)))
