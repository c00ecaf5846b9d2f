/*
 * Prints what Kkachi's smallest program is made of, by source file: minified bytes, before gzip.
 *
 *   npm run size:modules
 */
import { join } from 'node:path'
import { bundle } from './bundle.ts'
import { markdownTable } from './markdown-table.ts'

const source = join(import.meta.dirname, '..', 'src', 'index.ts')
const { bytes, gzipBytes, metafile } = await bundle('kkachi', 'workerd', { alias: { kkachi: source } })

const rows = Object.values(metafile.outputs)
  .flatMap(({ inputs }) => Object.entries(inputs))
  .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
  .toSorted(([, a], [, b]) => b.bytesInOutput - a.bytesInOutput)
  .map(([file, { bytesInOutput }]) => [file.replace(/^(\.\.\/)+/, ''), String(bytesInOutput)])

console.log(markdownTable(['module', 'bytes'], rows))
console.log(`\n${bytes} bytes, ${gzipBytes} with gzip.`)
