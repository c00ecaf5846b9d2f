import { canonicalJson } from '../data/canonical-json.ts'
import type { SeededRandom } from '../data/seeded-random.ts'
import type { Demo, ProgramState } from '../ports/module.ts'
import { advise, withAdvice } from './advise.ts'
import type { Spent } from './budget.ts'
import type { Change } from './candidate.ts'
import type { Contrast } from './contrast.ts'
import { withDemos } from './demos.ts'
import type { Observation } from './observation.ts'
import { poisson } from './poisson.ts'
import type { ProgramPool } from './program-pool.ts'
import { shortened } from './rows-as-text.ts'
import type { SearchEvent } from './search-event.ts'
import type { SearchRun } from './search-run.ts'

/** What is made of the runs of a row: its best run becomes a demo, or the runs are advice. */
export type Strategy = 'demo' | 'advice'

/** A program to try. */
export interface Made {
  readonly label: string
  readonly state: ProgramState
  readonly parents: readonly number[]
  readonly change: Change
}

/** What a batch has to teach, and how it is to be taught. */
export interface Lesson {
  /** The rows' runs, the most telling first. */
  readonly contrasts: readonly Contrast[]
  /** Scores of the batch below which a tenth lies, and above which a tenth lies. */
  readonly low: number
  readonly high: number
  readonly strategies: readonly Strategy[]
  readonly pool: ProgramPool
  readonly random: SeededRandom
  readonly dropping: SeededRandom
  readonly maxDemos: number
  readonly demoInputLength: number
  readonly temperature: number
  /** Runs of each row: one more programs are made. */
  readonly count: number
  readonly batch: number
  readonly keep: Spent
}

/** Makes programs of what the runs teach; undefined where the budget ended within it. */
export async function* learnFrom<Input, Output extends object, Row extends object>(
  run: SearchRun<Input, Output, Row>,
  lesson: Lesson,
): AsyncGenerator<SearchEvent, readonly Made[] | undefined, undefined> {
  const { contrasts, pool, random, count, batch } = lesson
  const made: Made[] = []
  const known = new Set<string>()
  if (lesson.strategies.length === 0) return made
  // As many rows at once as programs are missing: their questions to the prompt model go out together.
  for (let next = 0; next < contrasts.length && made.length <= count; ) {
    const taken = contrasts.slice(next, next + count + 1 - made.length).map(contrast => {
      const source = pool.draw(random, pool.top(count), lesson.temperature)
      const thinned = withFewerDemos(source.state, lesson)
      return { contrast, source, thinned, strategy: random.choice(lesson.strategies) }
    })
    next += taken.length
    const asking = taken.filter(({ strategy, contrast }) => strategy === 'advice' && isAdviceWorthy(contrast, lesson))
    const advices =
      asking.length === 0
        ? []
        : yield* advise(
            run,
            asking.map(({ contrast, thinned }) => ({ state: thinned, ...runsToCompare(contrast, lesson) })),
            lesson.keep,
          )
    if (advices === undefined) return undefined
    for (const one of taken) {
      const { contrast, source, thinned, strategy } = one
      const place = asking.indexOf(one)
      const advice = advices[place]
      if (place >= 0 && advice === undefined) continue // the prompt model failed
      const demos = strategy === 'demo' ? demosOf(contrast.good, lesson) : undefined
      const state = advice ? withAdvice(thinned, advice) : demos ? withMoreDemos(thinned, demos) : thinned
      const text = canonicalJson(state)
      if (text === canonicalJson(source.state) || known.has(text)) continue
      known.add(text)
      const row = contrast.good.row
      made.push({
        label: `batch ${batch}, ${advice ? 'advice' : demos ? 'demo' : 'fewer demos'} of row ${row}`,
        state,
        parents: [source.index],
        change: {
          by: advice ? 'advice' : demos ? 'bootstrap' : 'fewer demos',
          ...changesOf(source.state, state),
        },
      })
    }
  }
  return made
}

/** Drops demos at random: more where there are many, at least one where there are as many as may be. */
const withFewerDemos = (state: ProgramState, { maxDemos, random, dropping }: Lesson): ProgramState => {
  const most = maxDemos > 0 ? maxDemos : 3 // dspy 3.4.1: max_demos_tmp
  const held = Math.max(0, ...Object.values(state).map(({ demos }) => demos.length))
  const count = Math.min(held, Math.max(poisson(dropping, held / most), held >= most ? 1 : 0))
  const places = new Set(Array.from({ length: count }, () => random.integer(0, held - 1)))
  return places.size === 0
    ? state
    : withDemos(state, path => (state[path]?.demos ?? []).filter((_, place) => !places.has(place)))
}

/** The last call of each predictor of a run, where the run is better than the lowest tenth of the batch. */
const demosOf = (
  { score, trace }: Observation,
  { low, demoInputLength }: Lesson,
): ReadonlyMap<string, Demo> | undefined =>
  score <= low || trace.length === 0
    ? undefined
    : new Map(
        trace.map(({ path, input, output }) => {
          const shown = Object.entries(input).map(([name, value]) => [
            name,
            typeof value === 'string' ? shortened(value, demoInputLength) : value,
          ])
          return [path, { augmented: true, ...Object.fromEntries(shown), ...output }]
        }),
      )

const withMoreDemos = (state: ProgramState, more: ReadonlyMap<string, Demo>): ProgramState =>
  withDemos(state, path => {
    const demo = more.get(path)
    return [...(state[path]?.demos ?? []), ...(demo ? [demo] : [])]
  })

/** Whether the good run is good, and the bad run bad, beside the others of the batch. */
const isAdviceWorthy = ({ good, bad }: Contrast, { low, high }: Lesson): boolean =>
  good.score > low && bad.score < high && (good.trace.length > 0 || bad.trace.length > 0)

/** Of runs that are as good as each other one is shown alone. */
const runsToCompare = ({ good, bad, gap }: Contrast, { high }: Lesson) =>
  gap > 0 ? { better: good, worse: bad } : good.score > high ? { better: good } : { worse: bad }

const changesOf = (before: ProgramState, after: ProgramState): Pick<Made['change'], 'paths' | 'parts'> => {
  const paths = Object.keys(after)
  const advised = paths.filter(path => before[path]?.signature.instructions !== after[path]?.signature.instructions)
  const shown = paths.filter(path => canonicalJson(before[path]?.demos) !== canonicalJson(after[path]?.demos))
  return {
    paths: paths.filter(path => advised.includes(path) || shown.includes(path)),
    parts: [...(advised.length > 0 ? ['instructions' as const] : []), ...(shown.length > 0 ? ['demos' as const] : [])],
  }
}
