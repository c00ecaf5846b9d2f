import { existsSync, type FSWatcher, watch } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { type WatchedPaths, watchedFolders } from './watched-paths.ts'

/** Watches folders for what happens to some of their files. */
export interface FolderWatch {
  /** From now on these files count. */
  follow(paths: WatchedPaths): void
  /** Gives those that changed since the last time, when nothing did for a moment; rejects when it is stopped. */
  changed(): Promise<readonly string[]>
}

/** Editors write in several steps. */
const quietMs = 50

/** Watches until the signal aborts. */
export const folderWatch = (signal: AbortSignal): FolderWatch => {
  const watchers = new Map<string, FSWatcher>()
  let counts: WatchedPaths['has'] = () => false
  let touched = new Set<string>()
  let wake = (): void => {}
  const tell = (path: string): void => {
    touched.add(path)
    wake()
  }
  const open = (folder: string, deep: boolean): void => {
    const key = `${deep ? 'deep' : 'flat'} ${folder}`
    if (watchers.has(key)) return
    const watcher = watch(folder, { recursive: deep }, (_event, name) => {
      const path = name === null ? folder : join(folder, name)
      if (name === null || counts(path) || !existsSync(folder)) tell(path)
    })
    watcher.on('error', () => tell(folder)) // A folder that is gone: what is compiled next says so.
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
      while (touched.size === 0 && !signal.aborted) {
        await new Promise<void>(done => {
          wake = done
        })
      }
      for (let before = -1; before < touched.size; ) {
        before = touched.size
        signal.throwIfAborted()
        await new Promise(done => setTimeout(done, quietMs))
      }
      signal.throwIfAborted()
      const paths = [...touched]
      touched = new Set()
      return paths
    },
  }
}

/** The folder, or the nearest one around it that exists. */
const nearest = (folder: string): string => (existsSync(folder) ? folder : nearest(dirname(folder)))
