/*
 * 300 small runs of `auto` in process: worlds, sizes, budgets, seeds and faults drawn at random. Is the program it gives ever
 * worse on the whole development set than the one it was given?
 *
 *   npm run optimizers:never-worse      --runs 40 for a quick look
 */
import { parseArgs } from 'node:util'
import { auto } from '../../src/optimizers/auto.ts'
import { markdownTable } from '../markdown-table.ts'
import { uniform } from './hashing.ts'
import { heldOutWorld } from './held-out-world.ts'
import { programOf } from './program-of-world.ts'
import { writeSection } from './results-file.ts'
import { scoreOf } from './run-kkachi.ts'
import { deviation, grouped, mean } from './run-result.ts'
import { simulatedWorld } from './simulated-world.ts'
import { withFaults } from './with-faults.ts'
import type { World } from './world.ts'

const { values } = parseArgs({ options: { runs: { type: 'string', default: '300' }, write: { type: 'boolean' } } })
const count = Number(values.runs)
const started = performance.now()

interface SmallRun {
  readonly world: string
  readonly budget: number
  readonly before: number
  readonly after: number
  readonly test: number
  readonly reported: number | undefined
  readonly calls: number
}

const drawnWorld = (run: number): World => {
  const draw = (what: string) => uniform(run, what)
  const difficulty = draw('difficulty') < 0.5 ? 'easy' : 'hard'
  const size = (what: string, most: number) => Math.floor(4 + draw(what) * (most - 4))
  // The world is one of thirty, so that seeds of one world can be told apart from worlds.
  const seed = 100 + (run % 30)
  const sizes = { train: size('train', 40), dev: size('dev', 40), test: 200 }
  const family = draw('family')
  if (family < 0.3) return simulatedWorld({ task: 'classify', difficulty, seed, ...sizes })
  if (family < 0.55) return simulatedWorld({ task: 'extract', difficulty, seed, ...sizes })
  if (family < 0.7) return simulatedWorld({ task: 'multi-hop', difficulty, seed, ...sizes })
  return heldOutWorld({ task: family < 0.85 ? 'route' : 'file', difficulty, seed, ...sizes })
}

const small = async (run: number): Promise<SmallRun> => {
  const world = drawnWorld(run)
  const student = programOf(world)
  const budget = Math.round(10 * 30 ** uniform(run, 'budget'))
  const faulty = uniform(run, 'faults') < 0.25
  const result = await auto().optimize(student, {
    train: world.train,
    dev: world.dev,
    metric: world.metric,
    model: faulty ? withFaults(world.model, 0.1, run) : world.model,
    seed: run,
    budget: { calls: budget },
  })
  return {
    world: world.name,
    budget,
    before: await scoreOf(student, world, world.dev),
    after: await scoreOf(result.program, world, world.dev),
    test: await scoreOf(result.program, world, world.test),
    reported: result.score === undefined ? undefined : 100 * result.score,
    calls: result.calls,
  }
}

const runs: SmallRun[] = []
const errors: string[] = []
for (let run = 0; run < count; run++) {
  try {
    runs.push(await small(run))
  } catch (error) {
    errors.push(`- run ${run}: ${String(error)}`)
  }
  if (run % 25 === 24) process.stderr.write(`${run + 1} runs\n`)
}

const worse = runs.filter(({ before, after }) => after < before - 1e-9)
const over = runs.filter(({ calls, budget }) => calls > budget)
const bands = grouped(runs, ({ budget }) => (budget < 30 ? '10 to 29' : budget < 100 ? '30 to 99' : '100 to 300'))
const rows = [...bands]
  .toSorted(([, a], [, b]) => (a[0]?.budget ?? 0) - (b[0]?.budget ?? 0))
  .map(([band, group]) => {
    const apart = group.flatMap(({ reported, test }) => (reported === undefined ? [] : [reported - test]))
    return [
      band,
      `${group.length}`,
      mean(group.map(({ before }) => before)).toFixed(1),
      mean(group.map(({ after }) => after)).toFixed(1),
      mean(group.map(({ test }) => test)).toFixed(1),
      `${group.filter(({ before, after }) => after < before - 1e-9).length}`,
      mean(apart).toFixed(1),
      mean(apart.map(Math.abs)).toFixed(1),
      deviation(apart).toFixed(1),
    ]
  })
const head = [
  ...[
    'budget',
    'runs',
    'dev before',
    'dev after',
    'test after',
    'worse on dev',
    'reported - test',
    'apart in one run',
    'sd',
  ],
]
const minutes = (performance.now() - started) / 60_000
const apart = runs.flatMap(({ reported, test }) => (reported === undefined ? [] : [reported - test]))
const report = [
  `${runs.length} runs of \`auto\` on worlds of both makes with 4 to 40 rows to learn from and to choose by, budgets of 10 to ` +
    `300 calls, a quarter of them with a model that fails one call in ten. Worse on the whole development set than the ` +
    `program given: **${worse.length}**. Over budget: **${over.length}**. Reported score less test score (200 rows): ` +
    `**${mean(apart).toFixed(1)}** on average, ${mean(apart.map(Math.abs)).toFixed(1)} apart in one run.`,
  markdownTable(head, rows),
  ...worse.map(
    ({ world, budget, before, after }) =>
      `- ${world}, ${budget} calls: ${before.toFixed(1)} became ${after.toFixed(1)}`,
  ),
  ...(errors.length > 0 ? [`Ended with an error:\n\n${errors.join('\n')}`] : []),
].join('\n\n')
console.log(`${report}\n\n${minutes.toFixed(1)} minutes.`)
if (values.write || count >= 300) writeSection('never-worse', report, `${minutes.toFixed(0)} minutes`)
