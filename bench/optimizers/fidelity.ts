/*
 * Our versions of DSPy's optimizers beside DSPy's own: the same worlds, data and settings, in one run, against one server.
 * Ours may spend what the reference spent and no more.
 *
 *   KKACHI_PYTHON=/path/to/python npm run optimizers:fidelity   about 25 minutes on two cores
 *
 *   --optimizers gepa,simba   --seeds 1,2,3   --difficulty easy|hard
 */
import { parseArgs } from 'node:util'
import { markdownTable } from '../markdown-table.ts'
import { counterparts } from './our-optimizers.ts'
import { writeSection } from './results-file.ts'
import { python, runDspy } from './run-dspy.ts'
import { runKkachi } from './run-kkachi.ts'
import { deviation, type FailedRun, isFailed, mean, type RunResult } from './run-result.ts'
import { startServer } from './server-process.ts'

const tenSeeds = '1,2,3,4,5,6,7,8,9,10'
const { values } = parseArgs({
  options: {
    optimizers: { type: 'string', default: Object.keys(counterparts).join(',') },
    seeds: { type: 'string', default: tenSeeds },
    difficulty: { type: 'string', default: 'easy' },
    write: { type: 'boolean', default: false },
  },
})

interface Pair {
  readonly ours: RunResult
  readonly reference: RunResult
}

if (python === undefined) throw new Error('Expected a Python with DSPy. Set KKACHI_PYTHON to its path.')
const started = performance.now()
const pairs = new Map<string, Pair[]>()
const failures: FailedRun[] = []
await using server = await startServer()

const names = values.optimizers.split(',')
const byReference = new Map(
  names.map(name => {
    const counterpart = counterparts[name]
    if (counterpart === undefined)
      throw new Error(`Expected one of ${Object.keys(counterparts).join(', ')}, got '${name}'.`)
    return [counterpart.reference, { name, ...counterpart }]
  }),
)
const worlds = values.seeds
  .split(',')
  .flatMap(seed => ['classify', 'extract'].map(task => `${task}-${values.difficulty}-${seed}`))
const references = runDspy({
  ...{ url: server.url, worlds, optimizers: [...byReference.keys()] },
  ...{ seed: 'world', settings: 'fidelity' },
})
for await (const reference of references) {
  const counterpart = byReference.get(reference.optimizer)
  if (isFailed(reference) || counterpart === undefined) {
    if (isFailed(reference)) failures.push(reference)
    continue
  }
  const { world, seed, calls: budget } = reference
  const { name, make, usesDev } = counterpart
  const ours = await runKkachi({ label: name, optimizer: make(), world, seed, budget, server, dev: usesDev })
  if (isFailed(ours)) {
    failures.push(ours)
    continue
  }
  pairs.set(name, [...(pairs.get(name) ?? []), { ours, reference }])
  process.stderr.write(
    `${name} ${world}: ${ours.test.toFixed(1)} in ${ours.calls} calls, ` +
      `reference ${reference.test.toFixed(1)} in ${reference.calls}\n`,
  )
}

/** Two-sided 95 % points of Student's t by degrees of freedom, from which on the next is near enough. */
const studentPoints = [
  [1, 12.71],
  [2, 4.3],
  [3, 3.18],
  [4, 2.78],
  [5, 2.57],
  [7, 2.36],
  [9, 2.26],
  [12, 2.18],
  [15, 2.13],
  [19, 2.09],
  [29, 2.05],
] as const

const interval = (differences: readonly number[]): readonly [number, number] => {
  const freedom = differences.length - 1
  const point = studentPoints.findLast(([degrees]) => degrees <= freedom)?.[1] ?? 12.71
  const half = (point * deviation(differences)) / Math.sqrt(differences.length)
  return [mean(differences) - half, mean(differences) + half]
}

const rows = [...pairs].map(([name, group]) => {
  const of = (side: keyof Pair, field: 'dev' | 'test' | 'calls') => mean(group.map(pair => pair[side][field]))
  const [low, high] = interval(group.map(({ ours, reference }) => ours.test - reference.test))
  const holds = high > -2 && group.every(({ ours, reference }) => ours.calls <= reference.calls)
  return [
    name,
    `${group.length}`,
    `${of('ours', 'dev').toFixed(1)} / ${of('ours', 'test').toFixed(1)}`,
    `${of('reference', 'dev').toFixed(1)} / ${of('reference', 'test').toFixed(1)}`,
    `${(of('ours', 'test') - of('reference', 'test')).toFixed(1)} (${low.toFixed(1)} to ${high.toFixed(1)})`,
    of('ours', 'calls').toFixed(0),
    of('reference', 'calls').toFixed(0),
    holds ? 'yes' : 'NO',
  ]
})
const head = [
  ...['', 'pairs', 'ours, dev / test', "DSPy's, dev / test", 'difference on test (95 %)', 'our calls', "DSPy's calls"],
  'not worse',
]
const minutes = (performance.now() - started) / 60_000
const failed = failures.map(({ library, optimizer, world, error }) => `- ${library} ${optimizer} on ${world}: ${error}`)
const report = [
  'Worlds of `simulated-world.ts`, the same rows and settings on both sides; ours may spend what the reference spent. ' +
    'Not worse: the 95 % interval of the paired difference reaches above -2 points, and no run took more calls.',
  markdownTable(head, rows),
  ...(failed.length > 0 ? [`Ended with an error:\n\n${failed.join('\n')}`] : []),
].join('\n\n')
console.log(`${report}\n\n${minutes.toFixed(1)} minutes.`)
if (values.write || values.seeds === tenSeeds) writeSection('fidelity', report, `${minutes.toFixed(0)} minutes`)
