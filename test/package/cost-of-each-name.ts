import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { build } from 'vite'

const sourceEntry = fileURLToPath(new URL('../../src/index.ts', import.meta.url))
const source = fileURLToPath(new URL('../../src/', import.meta.url))

/** What a page that imports some names of the package gets. */
export interface Imported {
  /** The files of `src/` that have code in it. */
  readonly files: readonly string[]
  readonly gzipBytes: number
}

/**
 * Bundles a page that imports these names from `kkachi` and nothing else, as Vite does for users: from the sources, or from
 * the entry of a built package.
 */
export const imported = async (names: readonly string[], entry = sourceEntry): Promise<Imported> => {
  const page = '\0page'
  const built = await build({
    configFile: false,
    logLevel: 'silent',
    plugins: [
      {
        name: 'page',
        resolveId: id => (id.endsWith('virtual:page') ? page : undefined),
        load: id => (id === page ? `export { ${names.join(', ')} } from ${JSON.stringify(entry)}` : undefined),
      },
    ],
    build: {
      write: false,
      minify: 'oxc',
      target: 'es2023',
      lib: { entry: 'virtual:page', formats: ['es'], fileName: 'page' },
      rollupOptions: { external: [/^@modelcontextprotocol\//, /^@opentelemetry\//, /^@huggingface\//] },
    },
  })
  const outputs = (Array.isArray(built) ? built : [built]).flatMap(result => ('output' in result ? result.output : []))
  const chunks = outputs.filter(output => output.type === 'chunk')
  return {
    files: chunks
      .flatMap(chunk => Object.entries(chunk.modules))
      .filter(([file, { renderedLength }]) => file.startsWith(source) && renderedLength > 0)
      .map(([file]) => file.slice(source.length))
      .sort(),
    gzipBytes: chunks.reduce((sum, { code }) => sum + gzipSync(code, { level: 9 }).length, 0),
  }
}
