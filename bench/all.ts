/*
 * Measures everything, prints one table and writes it to results.md.
 *
 *   npm run bench                                     in the root of the repository
 *   KKACHI_PYTHON=/path/to/python npm run bench       with DSPy beside, where that Python has it
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { join } from 'node:path'
import { markdownTable } from './markdown-table.ts'
import { cpu } from './measures/cpu.ts'
import { imports } from './measures/import.ts'
import { optimizerScale } from './measures/optimizer-scale.ts'
import { size } from './measures/size.ts'
import { throughput } from './measures/throughput.ts'
import { types } from './measures/types.ts'
import { workerStart } from './measures/worker-start.ts'
import { dspy, peers } from './peer.ts'
import { python, runPythonText } from './run-process.ts'

const measures = [cpu, imports, size, workerStart, throughput, types]

// The first, for its memory is that of this process. No peer has a counterpart: it stands below the table.
process.stderr.write(`${optimizerScale.title} …\n`)
const scale = await optimizerScale.run()

const columns: Map<string, string>[] = []
const missed: string[] = []
for (const measure of measures) {
  process.stderr.write(`${measure.title} …\n`)
  const figures = await measure.run()
  columns.push(new Map(figures.map(({ library, text }) => [library, text])))
  if (figures.some(({ misses }) => misses)) missed.push(measure.title)
}

if (scale.some(({ misses }) => misses)) missed.push(optimizerScale.title)

const { dependencies }: { dependencies: Readonly<Record<string, string>> } = JSON.parse(
  readFileSync(join(import.meta.dirname, 'package.json'), 'utf8'),
)
const libraries: readonly string[] = [...peers.map(({ name }) => name), dspy.name]
const others = [...new Set(columns.flatMap(column => [...column.keys()]))].filter(name => !libraries.includes(name))
const names = libraries.flatMap(name => (name === 'Kkachi' ? [name, ...others] : [name]))
const table = markdownTable(
  ['', ...measures.map(({ title }) => title)],
  [
    ['Aim', ...measures.map(({ aim }) => aim)],
    ...names.map(name => [name, ...columns.map(column => column.get(name) ?? '')]),
  ],
)

const scaleTable = markdownTable(
  ['', `Aim: ${optimizerScale.aim}`],
  scale.map(({ library, text }) => [library, text]),
)

const versions = Object.entries(dependencies).map(([name, version]) => `${name} ${version}`)
if (python) versions.push(`dspy ${await runPythonText('version')}`)
const summary = missed.length === 0 ? 'Kkachi meets every aim.' : `Kkachi misses its aim in: ${missed.join(', ')}.`
const results = `# Kkachi beside its peers

Measured on ${new Date().toISOString().slice(0, 10)} by \`npm run bench\`: Node ${process.version}, ${process.platform} on ${process.arch}, ${cpus().length} cores. ${summary}

${table}

${measures.map(({ title, how }) => `- **${title}**: ${how}`).join('\n')}

Peers: ${versions.join(', ')}.

## ${optimizerScale.title}

${scaleTable}

${optimizerScale.how}
`
writeFileSync(join(import.meta.dirname, 'results.md'), results)
console.log(`${table}\n\n${scaleTable}\n\n${summary}`)
