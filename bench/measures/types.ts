import { execFile } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { sourceSignatures } from '../field-list.ts'
import { type Figure, type Measure, runAlone } from '../measure.ts'
import { dspy } from '../peer.ts'
import { type TypedSet, typedSets } from '../peer-signatures.ts'

const aim = 330_000

const bench = join(import.meta.dirname, '..')
const costFolder = join(bench, '..', 'test', 'types', 'cost')
const source = join(costFolder, 'two-hundred-signatures.ts')
const compiler = join(bench, '..', 'node_modules', 'typescript', 'bin', 'tsc')

/** What the type checker instantiates for a project; a project that does not check is an error. */
const instantiations = async (project: string): Promise<number> => {
  const parameters = [compiler, '--singleThreaded', '--extendedDiagnostics', '-p', project]
  const { stdout } = await promisify(execFile)(process.execPath, parameters, { maxBuffer: 2 ** 26 })
  return Number(/Instantiations:\s+(\d+)/.exec(stdout)?.[1])
}

/** Writes a peer's set of the same signatures where its packages resolve. */
const projectOf = ({ name, header, statement }: TypedSet): string => {
  const signatures = sourceSignatures(readFileSync(source, 'utf8'))
  if (signatures.length !== 200) throw new Error(`Expected 200 signatures in ${source}, read ${signatures.length}.`)
  const folder = join(bench, 'node_modules', '.types', name)
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'set.ts'), `${header}\n${signatures.map(statement).join('\n')}\n`)
  const compilerOptions = { lib: ['ES2023', 'DOM', 'DOM.Iterable'], types: ['node'], noUnusedLocals: false }
  const config = { extends: '../../../../tsconfig.base.json', compilerOptions, files: ['set.ts'] }
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config))
  return folder
}

const run = async (): Promise<readonly Figure[]> => {
  const own = await instantiations(costFolder)
  const figures: Figure[] = [
    { library: 'Kkachi', text: own.toLocaleString('en-US'), ...(own >= aim ? { misses: true } : {}) },
  ]
  for (const set of typedSets)
    figures.push({ library: set.library, text: (await instantiations(projectOf(set))).toLocaleString('en-US') })
  return [...figures, { library: 'bare fetch', text: 'untyped' }, { library: dspy.name, text: 'does not apply' }]
}

export const types: Measure = {
  title: 'Type instantiations',
  aim: `< ${aim.toLocaleString('en-US')}`,
  how: 'Of the same 200 signatures of six fields as each library has them written, counted by `tsc --singleThreaded --extendedDiagnostics`, each called and read for two outputs. Zod schemas (instructor-js, the AI SDK) type the outputs alone.',
  run,
}

await runAlone(import.meta, types)
