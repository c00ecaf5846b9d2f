import { builtinModules } from 'node:module'
import { gzipSync } from 'node:zlib'
import { type BuildOptions, build, type Metafile } from 'esbuild'

/** How the three kinds of host without Node resolve a package. */
export const hosts = {
  neutral: { platform: 'neutral', mainFields: ['module', 'main'], conditions: ['import', 'default'] },
  browser: { platform: 'browser' },
  workerd: { platform: 'browser', conditions: ['workerd', 'worker', 'browser'] },
} as const satisfies Readonly<Record<string, BuildOptions>>

export type Host = keyof typeof hosts

const builtins = new RegExp(`^(node:.+|(${builtinModules.filter(name => !name.startsWith('_')).join('|')})(/.*)?)$`)

export interface Bundle {
  readonly gzipBytes: number
  readonly bytes: number
  /** What is left to import: Node built-ins, if anything. */
  readonly external: readonly string[]
  readonly metafile: Metafile
}

/** The smallest program of a peer, minified: one signature, one remote model. */
export const bundle = async (module: string, host: Host, options: BuildOptions = {}): Promise<Bundle> => {
  const external = new Set<string>()
  const { outputFiles, metafile } = await build({
    ...hosts[host],
    ...options,
    stdin: { contents: `export { classifier } from './peers/${module}.ts'`, resolveDir: import.meta.dirname },
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2023',
    write: false,
    metafile: true,
    legalComments: 'none',
    logLevel: 'silent',
    plugins: [
      {
        name: 'what-cannot-be-bundled',
        setup: ({ onResolve }) => {
          onResolve({ filter: builtins }, ({ path }) => {
            external.add(path)
            return { path, external: true }
          })
        },
      },
    ],
  })
  const code = outputFiles[0]?.contents ?? new Uint8Array()
  const left = Object.values(metafile.outputs).flatMap(({ imports }) => imports.map(({ path }) => path))
  return {
    gzipBytes: gzipSync(code, { level: 9 }).length,
    bytes: code.length,
    external: [...new Set(left)].filter(path => external.has(path)).toSorted(),
    metafile,
  }
}
