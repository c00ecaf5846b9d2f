import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build } from 'esbuild'
import { hosts } from '../bundle.ts'
import { type Figure, type Measure, runAlone } from '../measure.ts'
import { runFile } from '../run-process.ts'
import { interleaved, median } from '../statistics.ts'

const aimMs = 15
const rounds = 11

/** The Worker as one module, minified, as it is deployed; the bytes of it. */
const bundleWorker = async (outfile: string): Promise<number> => {
  const { metafile } = await build({
    ...hosts.workerd,
    entryPoints: [join(import.meta.dirname, '..', '..', 'worker', 'index.ts')],
    outfile,
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2023',
    metafile: true,
    legalComments: 'none',
    logLevel: 'silent',
  })
  return Object.values(metafile.outputs).reduce((sum, { bytes }) => sum + bytes, 0)
}

const run = async (): Promise<readonly Figure[]> => {
  const folder = mkdtempSync(join(tmpdir(), 'kkachi-worker-'))
  try {
    const file = join(folder, 'worker.mjs')
    const bytes = await bundleWorker(file)
    const empty = join(folder, 'empty.mjs')
    writeFileSync(empty, 'export default {}\n')
    const milliseconds = (name: string): Promise<number> => runFile('cpu-of-import.ts', pathToFileURL(name).href)
    const contenders = [empty, file]
    for (const name of contenders) await milliseconds(name) // brings the files into memory
    const values = await interleaved(contenders, rounds, milliseconds)
    const nothing = values.get(empty) ?? []
    const value = median((values.get(file) ?? []).map((one, round) => one - (nothing[round] ?? Number.NaN)))
    const text = `${value.toFixed(1)} ms, ${Math.round(bytes / 1_000)} kB`
    return [{ library: 'Kkachi', text, ...(value >= aimMs ? { misses: true } : {}) }]
  } finally {
    rmSync(folder, { recursive: true })
  }
}

export const workerStart: Measure = {
  title: 'Worker start',
  aim: `< ${aimMs} ms of CPU`,
  how: `User and system time of a fresh process that evaluates the whole Worker, bundled and minified by esbuild, less that of one that evaluates an empty module, on V8 as in Workers; the median of ${rounds} interleaved rounds. The peers have no such Worker.`,
  run,
}

await runAlone(import.meta, workerStart)
