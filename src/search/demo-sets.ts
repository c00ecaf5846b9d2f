import { canonicalJson } from '../data/canonical-json.ts'
import { type SeededRandom, seededRandom } from '../data/seeded-random.ts'
import type { Demo, ProgramState } from '../ports/module.ts'
import type { Attempt } from './bootstrap-demos.ts'
import { withLabeledDemos, withoutDemos } from './demos.ts'
import { type FewShotPlan, fewShot } from './few-shot.ts'
import type { SearchEvent } from './search-event.ts'
import type { SearchRun } from './search-run.ts'

export interface DemoSetsPlan
  extends Pick<FewShotPlan, 'bootstrapped' | 'labeled' | 'rounds' | 'threshold' | 'teacher' | 'keep' | 'tries'> {
  /** How many sets to make, those without and with labeled demos included. */
  readonly count: number
  /** The rows to learn from, by their place in the training set. */
  readonly rows: readonly number[]
  /** Shuffles the rows and draws how many of them each set bootstraps. */
  readonly dice: SeededRandom
}

export interface DemoSets {
  /** Predictor path to its sets, without repetitions; what the student knows is the first. */
  readonly byPath: ReadonlyMap<string, readonly (readonly Demo[])[]>
  /** Whether the budget ended before all were made; a set it ended in is left out. */
  readonly cut: boolean
}

/**
 * Makes several sets of demos for each predictor: what the student knows, none, labeled ones, bootstrapped ones over the rows in their
 * order, and over shuffles of them, each of a random size.
 *
 * As DSPy 3.4.1 (`create_n_fewshot_demo_sets`), which leaves out what the student knows and may give the same set twice.
 * Where all sets have one teacher, no row is tried twice.
 */
export async function* demoSets<Input, Output extends object, Row extends object>(
  run: SearchRun<Input, Output, Row>,
  { count, rows, dice, ...plan }: DemoSetsPlan,
): AsyncGenerator<SearchEvent, DemoSets, undefined> {
  const student = run.program.state
  const { bootstrapped, labeled, teacher } = plan
  const states: ProgramState[] = [student, withoutDemos(student)]
  const known = labeled === 0 || teacher?.state !== undefined ? new Map<number, readonly Attempt[]>() : undefined
  let cut = false
  for (const kind of kindsOf(count, labeled)) {
    if (kind === 'labeled') {
      const shown = rows.flatMap(place => run.train[place] ?? [])
      states.push(withLabeledDemos(student, shown, labeled, seededRandom(labelSeed)))
      continue
    }
    const order = kind === 'shuffled' ? dice.shuffle(rows) : rows
    const size = kind === 'shuffled' && bootstrapped > 0 ? dice.integer(1, bootstrapped) : bootstrapped
    const made = yield* fewShot(run, { ...plan, order, bootstrapped: size, batchSize: 1, known, seed: labelSeed })
    if (made.cut) {
      yield { type: 'candidate-discarded', label: `demos, ${kind}`, reason: 'budget' }
      cut = true
      break
    }
    states.push(made.state)
  }
  const byPath = new Map(
    Object.keys(student).map(path => [path, distinct(states.map(state => state[path]?.demos ?? []))] as const),
  )
  return { byPath, cut }
}

/** What labeled demos are drawn by, whatever the run's seed. */
const labelSeed = 0 // dspy 3.4.1: random.Random(0)

type Kind = 'labeled' | 'in order' | 'shuffled'

/** The sets beside the one without demos, in DSPy's order: without labeled demos a shuffle stands in their place. */
const kindsOf = (count: number, labeled: number): readonly Kind[] => [
  ...(count > 1 ? [labeled > 0 ? ('labeled' as const) : ('shuffled' as const)] : []),
  ...(count > 2 ? ['in order' as const] : []),
  ...Array.from({ length: Math.max(0, count - 3) }, () => 'shuffled' as const),
]

const distinct = (sets: readonly (readonly Demo[])[]): readonly (readonly Demo[])[] => [
  ...new Map(sets.map(demos => [canonicalJson(demos), demos])).values(),
]
