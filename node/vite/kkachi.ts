import { existsSync } from 'node:fs'
import type { Plugin, ViteDevServer } from 'vite'
import { type CompiledProgram, compileRecipe } from '../build/compile-recipe.ts'
import { filesOf, slashed } from '../build/file-pattern.ts'
import { moduleFiles, writeStale } from '../build/module-files.ts'
import { moduleText } from '../build/module-text.ts'
import { placeOf } from '../build/place-of.ts'
import { readSource } from '../build/source-file.ts'
import { joinedPaths, type WatchedPaths, watchedPaths } from '../build/watched-paths.ts'
import { developmentText } from './development-text.ts'
import { type SourceChanges, sourceChanges } from './source-changes.ts'

export interface KkachiPluginOptions {
  /** Whether `triage.kkachi.d.ts` is written beside `triage.kkachi`, so that its import is typed; true when absent. */
  readonly declarations?: boolean
}

/**
 * The Vite plugin for `.kkachi` files: `import program from './triage.kkachi'` is a typed module, compiled from its
 * signature, its examples and what it learned. Building asks no model.
 *
 * In development a program that is held goes on with what was learned last, without a reload, when its source, its
 * examples or its state change. Where something is wrong, Vite's overlay says the file and the line.
 *
 * @see docs/guide/build-time.md
 * @example
 * // vite.config.ts
 * export default defineConfig({ plugins: [kkachi()] })
 */
export const kkachi = ({ declarations = true }: KkachiPluginOptions = {}): Plugin => {
  const watched = new Map<string, WatchedPaths>()
  let server: ViteDevServer | undefined
  let changes: SourceChanges | undefined
  return {
    name: 'kkachi',
    // What the modules of programs import, which nobody finds before one is asked for.
    config: () => ({ optimizeDeps: { include: ['kkachi'] } }),
    configureServer(started) {
      server = started
      changes?.close()
      changes = started.config.server.watch === null ? undefined : sourceChanges(started.watcher)
    },
    closeBundle: () => changes?.close(),
    load: {
      filter: { id: sourceName },
      async handler(id) {
        const file = id.replace(/\?.*$/, '')
        if (!sourceName.test(id) || /[?&](?:raw|url)\b/.test(id)) return undefined
        if (!watched.has(slashed(file))) watched.set(slashed(file), watchedPaths(file, undefined))
        const source = await readSource(file).catch((error: unknown) => this.error(told(error, file)))
        const paths = watchedPaths(file, source)
        watched.set(slashed(file), paths)
        for (const path of await thoseThere(paths)) this.addWatchFile(path)
        changes?.follow(joinedPaths([...watched.values()]))
        try {
          const compiled = await compileRecipe(source)
          if (declarations) await writeDeclarations(compiled, file)
          const isServed = server !== undefined && this.environment.mode === 'dev'
          const code = isServed ? await developmentText(compiled, file) : moduleText(compiled, 'javascript', file)
          return { code, map: { mappings: '' }, moduleType: 'js' }
        } catch (error) {
          return this.error(told(error, file))
        }
      },
    },
    hotUpdate({ file, modules }) {
      const { moduleGraph, hot } = this.environment
      changes?.told(file)
      const sources = [...watched].filter(([, paths]) => paths.has(file)).map(([source]) => source)
      const touched = sources.flatMap(source => [...(moduleGraph.getModulesByFile(source) ?? [])])
      if (touched.length === 0) return undefined
      // One that never came to be has nobody to tell: whoever waits for it begins again.
      if (touched.some(one => one.isSelfAccepting === undefined)) hot.send({ type: 'full-reload' })
      return [...new Set([...modules, ...touched])]
    },
  }
}

const sourceName = /\.kkachi(?:$|\?)/

/** The files that a program is made of now; what cannot be found is said when it is compiled. */
const thoseThere = async ({ files, patterns }: WatchedPaths): Promise<readonly string[]> => {
  const matches = await Promise.all(patterns.map(pattern => filesOf([pattern]).catch(() => [])))
  return [...files.filter(file => existsSync(file)), ...matches.flat()]
}

/** The types of the import, beside the source: only when they changed. */
const writeDeclarations = async (compiled: CompiledProgram, file: string): Promise<void> => {
  await writeStale(moduleFiles(compiled, `${file}.d.ts`))
}

/** An error as Vite shows it: with the place that is to be mended. */
const told = (error: unknown, source: string) => {
  const { file = source, line = 1 } = placeOf(error) ?? {}
  const message = error instanceof Error ? error.message : String(error)
  return { message, id: file, loc: { file, line: line ?? 1, column: 0 }, cause: error }
}
