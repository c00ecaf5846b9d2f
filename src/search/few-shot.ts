import { seededRandom } from '../data/seeded-random.ts'
import type { Context } from '../ports/context.ts'
import type { Demo, ProgramState } from '../ports/module.ts'
import { type BootstrapPlan, bootstrapDemos } from './bootstrap-demos.ts'
import { asDemo, withDemos } from './demos.ts'
import type { SearchEvent } from './search-event.ts'
import type { SearchRun } from './search-run.ts'

/** Who shows the student how it is done: the same program, knowing something else or asking a stronger model. */
export interface Teacher {
  /** What it knows; the student's state with labeled demos when absent. */
  readonly state?: ProgramState
  /** Parts of the context that differ, `{ model: stronger }`. Its calls count in the same budget. */
  readonly context?: Partial<Context>
}

export interface FewShotPlan
  extends Pick<BootstrapPlan, 'order' | 'rounds' | 'threshold' | 'batchSize' | 'keep' | 'tries' | 'known'> {
  /** Rows to bootstrap, at most. */
  readonly bootstrapped: number
  /** Demos in all, filled up with labeled rows. */
  readonly labeled: number
  readonly teacher: Teacher | undefined
  /** Draws labeled demos; the run's own when absent. */
  readonly seed?: number
}

export interface FewShot {
  readonly state: ProgramState
  /** Rows that became demos. */
  readonly rows: number
  readonly cut: boolean
}

/** Bootstraps demos and fills them up with labeled rows of those that did not become one, as DSPy's BootstrapFewShot. */
export async function* fewShot<Input, Output extends object, Row extends object>(
  run: SearchRun<Input, Output, Row>,
  { order, bootstrapped, labeled, teacher, seed = run.seed, ...rest }: FewShotPlan,
): AsyncGenerator<SearchEvent, FewShot, undefined> {
  const student = run.program.state
  const rowsOf = (places: readonly number[]): Demo[] => places.map(place => asDemo(run.train[place] as Row))
  const teacherState = (): ProgramState => {
    if (labeled === 0) return student
    const random = seededRandom(seed)
    return withDemos(student, () => rowsOf(random.sample(order, Math.min(labeled, order.length))))
  }
  const { demos, rows, cut } = yield* bootstrapDemos(run, {
    ...rest,
    order,
    count: bootstrapped,
    teacher: teacher?.state ?? teacherState(),
    ...(teacher?.context && { context: teacherContext(run, teacher.context) }),
  })
  const random = seededRandom(seed)
  const left = seededRandom(seed).shuffle(order.filter(place => !rows.has(place)))
  const state = withDemos(student, path => {
    const augmented = (demos.get(path) ?? []).slice(0, bootstrapped)
    const missing = Math.min(Math.max(labeled - augmented.length, 0), left.length)
    return [...augmented, ...rowsOf(random.sample(left, missing))]
  })
  return { state, rows: rows.size, cut }
}

/** What a teacher runs in: the run's context with what differs, within the same budget. */
export const teacherContext = <Input, Output extends object, Row extends object>(
  run: SearchRun<Input, Output, Row>,
  context: Partial<Context>,
): Context => ({ ...run.context, ...context, ...(context.model && { model: run.within(context.model) }) })
