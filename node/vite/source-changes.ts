import { existsSync, statSync } from 'node:fs'
import type { ViteDevServer } from 'vite'
import { slashed } from '../build/file-pattern.ts'
import { folderWatch } from '../build/folder-watch.ts'
import { type WatchedPaths, watchedFolders } from '../build/watched-paths.ts'

/** Sees to it that the development server is told of every change of what programs are made of. */
export interface SourceChanges {
  follow(paths: WatchedPaths): void
  /** The server knows of the file as it is now. */
  told(file: string): void
  close(): void
}

/**
 * Watches folders beside the server's own watcher, which looks at files one by one: of two that take the place of a file
 * soon after each other, as atomic writes do, it may miss the second.
 */
export const sourceChanges = (watcher: ViteDevServer['watcher']): SourceChanges => {
  const stop = new AbortController()
  const watch = folderWatch(stop.signal)
  const known = new Map<string, string>()
  const tellAll = async (): Promise<void> => {
    for (;;) {
      for (const path of await watch.changed()) {
        if (known.get(slashed(path)) !== versionOf(path)) watcher.emit(existsSync(path) ? 'change' : 'unlink', path)
      }
    }
  }
  tellAll().catch((error: unknown) => {
    if (!stop.signal.aborted) throw error
  })
  return {
    follow(paths) {
      watch.follow(paths)
      // Files that come later may lie where the server watches nothing yet, outside of its root.
      watcher.add([...watchedFolders(paths).keys()].filter(folder => existsSync(folder)))
    },
    told: file => void known.set(slashed(file), versionOf(file)),
    close: () => stop.abort(),
  }
}

/** What differs when a file was written again or another took its place. */
const versionOf = (file: string): string => {
  const stats = statSync(file, { throwIfNoEntry: false })
  return stats === undefined ? 'none' : `${stats.ino} ${stats.mtimeMs} ${stats.size}`
}
