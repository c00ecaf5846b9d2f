/*
 * Prints what each public function of Kkachi brings into a page that imports it alone: bytes with gzip, and what it adds
 * to the smallest program.
 *
 *   npm run size:each
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'
import { markdownTable } from './markdown-table.ts'

const root = join(import.meta.dirname, '..')
const names: readonly string[] = JSON.parse(readFileSync(join(root, 'test/public-names.json'), 'utf8')).index

/** The bytes, with gzip, of a page that imports these names. */
const weigh = async (imported: readonly string[]): Promise<number> => {
  const { outputFiles } = await build({
    stdin: { contents: `export { ${imported.join(', ')} } from './src/index.ts'`, resolveDir: root },
    ...{ bundle: true, minify: true, format: 'esm', platform: 'neutral', mainFields: ['module', 'main'], write: false },
    ...{ target: 'es2023', legalComments: 'none', logLevel: 'silent' },
  })
  return gzipSync(outputFiles[0]?.contents ?? '', { level: 9 }).length
}

const smallest = ['predict', 'openaiCompatible']
const base = await weigh(smallest)
const rows: string[][] = []
for (const name of names) {
  if (!/^[a-z]/.test(name)) continue
  const [alone, beside] = [await weigh([name]), await weigh([...new Set([...smallest, name])])]
  rows.push([name, String(alone), `+${beside - base}`])
}
rows.sort(([, a], [, b]) => Number(b) - Number(a))
console.log(markdownTable(['name', 'alone', `beside ${smallest.join(' and ')} (${base})`], rows))
