import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { InlineConfig } from 'vite'
import { type KkachiPluginOptions, kkachi } from '../../../node/vite/index.ts'

const sources = fileURLToPath(new URL('../../../src/index.ts', import.meta.url))

/** A Vite project in a folder of its own, gone when it is closed. */
export interface ViteProject {
  readonly folder: string
  readonly config: InlineConfig
  write(name: string, text: string): void
  close(): void
}

/** Makes one of some files; `kkachi` is the package's sources. */
export const viteProject = (
  files: Readonly<Record<string, string>>,
  options: KkachiPluginOptions = {},
): ViteProject => {
  const folder = mkdtempSync(join(tmpdir(), 'kkachi-vite-'))
  const write = (name: string, text: string): void => {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    // As editors and the command line write: a file beside it, then its name.
    writeFileSync(join(folder, `${name}.tmp`), text)
    renameSync(join(folder, `${name}.tmp`), join(folder, name))
  }
  for (const [name, text] of Object.entries(files)) write(name, text)
  return {
    ...{ folder, write },
    config: {
      root: folder,
      configFile: false,
      logLevel: 'silent',
      plugins: [kkachi(options)],
      resolve: { alias: { kkachi: sources } },
      cacheDir: join(folder, '.vite'),
    },
    close: () => rmSync(folder, { recursive: true, force: true }),
  }
}

/** What a program learned, as a program file of `text -> label`. */
export const learned = (instructions: string): string =>
  JSON.stringify({
    ...{ traces: [], train: [], demos: [], lm: null },
    signature: { instructions, fields: ['Text:', 'Label:'].map(prefix => ({ prefix, description: '' })) },
    metadata: { dependency_versions: {}, kkachi: { format: 1, module: 'predict', signature: 'text -> label' } },
  })
