import { normal, pick, shuffled, uniform } from './hashing.ts'
import type { Difficulty } from './world-items.ts'

export type HeldOutTask = 'route' | 'file'

/** A word that says something about where a memo belongs, and what a model without advice takes it for. */
export interface Signal {
  readonly index: number
  /** The part of the answer it speaks of. */
  readonly hop: number
  readonly cue: { readonly stems: readonly string[] }
  /** What it means. */
  readonly stems: readonly string[]
  /** What it looks like. */
  readonly naive: string
}

export interface Memo {
  readonly code: string
  readonly text: string
  readonly words: ReadonlySet<string>
  readonly signals: readonly Signal[]
  readonly gold: readonly string[]
  readonly tempting: readonly (readonly string[])[]
}

const synonyms =
  'engine/motor roof/attic cable/cord window/pane garden/yard kitchen/stove basement/cellar ladder/steps fence/gate carpet/rug mirror/lamp boiler/furnace gutter/drain paint/varnish hinge/latch switch/fuse pump/valve shelf/rack curtain/blind tile/slab handle/knob meter/gauge chimney/flue porch/deck'.split(
    ' ',
  )

const common =
  'please somebody morning again around building tenant noticed floor since yesterday corner side small large near room report second visit wait street older newer quickly'.split(
    ' ',
  )

const desks = ['birch', 'cedar', 'hazel', 'maple', 'rowan', 'willow'] as const
const urgencies = ['calm', 'brisk', 'rush'] as const

export const partsOf = (task: HeldOutTask): readonly (readonly string[])[] =>
  task === 'route' ? [desks] : [desks.slice(0, 5), urgencies]

export const signalsOf = (task: HeldOutTask, difficulty: Difficulty, seed: number): readonly Signal[] => {
  const words = shuffled(synonyms, seed, 'synonyms')
  const counts = task === 'route' ? [difficulty === 'easy' ? 8 : 16] : difficulty === 'easy' ? [7, 4] : [12, 8]
  return counts.flatMap((count, hop) => {
    const values = shuffled(partsOf(task)[hop] ?? [], seed, 'values', hop)
    return Array.from({ length: count }, (_, place): Signal => {
      const index = place + (counts[hop - 1] ?? 0)
      const meaning = values[place % values.length] ?? ''
      const naive = pick(
        values.filter(value => value !== meaning),
        ...[seed, 'naive', index],
      )
      return { index, hop, cue: { stems: (words[index] ?? '').split('/') }, stems: [meaning], naive }
    })
  })
}

/** A memo: for each part two or three signals of its value, one of another value last, among common words. */
export const memoOf = (
  task: HeldOutTask,
  signals: readonly Signal[],
  seed: number,
  number: number,
  biased: readonly string[],
): Memo => {
  const code = `case-${(0x1000 + ((number * 7919 + seed * 104_729) % 0xefff)).toString(16)}`
  const parts = partsOf(task)
  const gold = parts.map((values, hop) => pick(values, seed, number, 'gold', hop))
  const chosen = gold.flatMap((value, hop) => {
    const own = signals.filter(signal => signal.hop === hop && signal.stems[0] === value)
    const others = signals.filter(signal => signal.hop === hop && signal.stems[0] !== value)
    const count = 1 + Math.floor(uniform(seed, number, 'count', hop) * 2)
    const strays = uniform(seed, number, 'stray', hop) < 0.5 ? 1 : 0
    return [
      ...shuffled(own, seed, number, 'own', hop).slice(0, count),
      ...shuffled(others, seed, number, 'others', hop).slice(0, strays),
    ]
  })
  const between = shuffled(common, seed, number, 'common').slice(0, 4 + Math.floor(uniform(seed, number, 'length') * 5))
  const said = chosen.map((signal, place) => pick(signal.cue.stems, seed, number, 'said', place))
  const words = shuffled([...said, ...between], seed, number, 'order')
  return {
    code,
    text: `${code} says ${words.join(' ')}`,
    words: new Set(words),
    signals: chosen,
    gold,
    tempting: parts.map((values, hop) =>
      values
        .filter(value => value !== gold[hop])
        .toSorted((a, b) => Number(b === biased[hop]) - Number(a === biased[hop])),
    ),
  }
}

/** How much a model leans to each value of each part before it reads anything. */
export const priorsOf = (task: HeldOutTask, seed: number): readonly ReadonlyMap<string, number>[] =>
  partsOf(task).map((values, hop) => new Map(values.map(value => [value, 0.7 * normal(seed, 'prior', hop, value)])))
