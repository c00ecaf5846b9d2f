import { normal, pick, shuffled, uniform } from './hashing.ts'
import type { TaskShape } from './world.ts'
import { type Cue, closings, cues, desks, operations, senders } from './world-vocabulary.ts'

export type TaskName = 'classify' | 'extract' | 'multi-hop'
export type Difficulty = 'easy' | 'hard'

/** What items of one kind have in common, and what a model must know to get them right. */
export interface Kind {
  readonly index: number
  /** The output field it decides, counted from 0. */
  readonly hop: number
  readonly cue: Cue
  readonly weight: number
  /** The rule in words. */
  readonly sentence: string
  /** Beginnings of the words by which a sentence is known to say the right thing about the cue. */
  readonly stems: readonly string[]
  readonly answer: (code: string) => string
  /** How much more than others its rule helps, about 1. */
  readonly gain: number
}

/** One item; the hidden part is what the model knows and no program sees. */
export interface Item {
  /** Five digits that stand in its text and in no other. */
  readonly code: string
  readonly text: string
  readonly kinds: readonly Kind[]
  /** The right value of each output field. */
  readonly gold: readonly string[]
  /** What one is likely to take it for, never the gold. */
  readonly tempting: readonly (readonly string[])[]
  /** How much easier than others it is, for each output field. */
  readonly ease: readonly number[]
}

const halls = ['north', 'south', 'harbor', 'summit', 'meadow', 'quarry'] as const
const keepers = ['otter', 'falcon', 'badger', 'heron', 'lynx', 'marten'] as const

export const taskShape = (task: TaskName, seed: number): TaskShape => {
  if (task === 'extract') return { input: 'note', outputs: ['written'], labels: [[]] }
  if (task === 'classify')
    return { input: 'note', outputs: ['desk'], labels: [shuffled(desks, seed, 'desks').slice(0, 6).toSorted()] }
  return { input: 'note', outputs: ['hall', 'keeper', 'desk'], labels: [halls, keepers, desks.slice(0, 6)] }
}

/** The kinds of a world: for each output field as many as asked, the common ones first. */
export const kindsOf = (
  task: TaskName,
  shape: TaskShape,
  seed: number,
  count: number,
  skew: number,
): readonly Kind[] => {
  const order = shuffled(cues, seed, 'cues')
  const orderOfOperations = shuffled(operations, seed, 'operations')
  return shape.outputs.flatMap((field, hop) => {
    const labels = shuffled(shape.labels[hop] ?? [], seed, 'labels', hop)
    return Array.from({ length: count }, (_, place): Kind => {
      const index = hop * count + place
      const cue = at(order, index)
      const words = cue.stems.slice(0, 3).join(', ')
      const common = { index, hop, cue, weight: skew ** place, gain: 1 + 0.15 * normal(seed, 'gain', index) }
      if (task === 'extract') {
        const { sentence, stems, apply } = at(orderOfOperations, place)
        return { ...common, sentence: `For ${cue.name} (${words}): ${sentence}.`, stems, answer: apply }
      }
      const label = at(labels, place)
      return {
        ...common,
        sentence: `For ${cue.name} (${words}) the ${field} is ${label}.`,
        stems: [label],
        answer: () => label,
      }
    })
  })
}

/** An item of its number; kinds are drawn by their weight. */
export const itemOf = (
  shape: TaskShape,
  kinds: readonly Kind[],
  seed: number,
  number: number,
  spread: number,
): Item => {
  const code = String(10_000 + ((number * 7919 + seed * 104_729) % 89_989))
  const letters = Array.from({ length: 3 }, (_, place) => pick([...'bcdfghjkmnp'], seed, number, 'letter', place)).join(
    '',
  )
  const raw = `${letters}-${1000 + Math.floor(uniform(seed, number, 'raw') * 9000)}`
  const own = shape.outputs.map((_, hop) =>
    drawn(
      kinds.filter(kind => kind.hop === hop),
      uniform(seed, number, 'kind', hop),
    ),
  )
  const gold = own.map(kind => kind.answer(raw))
  const remarks = own.map(({ cue }, hop) => pick(cue.phrases, seed, number, 'phrase', hop))
  const sender = pick(senders, seed, number, 'sender')
  const closing = pick(closings, seed, number, 'closing')
  const subject = shape.labels[0]?.length === 0 ? ` about ${raw}` : ''
  return {
    code,
    text: `Note ${code} from ${sender}${subject}: ${remarks.join(', and ')}, ${closing}`,
    kinds: own,
    gold,
    tempting: own.map((kind, hop) => tempting(shape.labels[hop] ?? [], kinds, kind, raw, [seed, number, hop])),
    ease: own.map((_, hop) => spread * normal(seed, number, 'ease', hop)),
  }
}

const tempting = (
  labels: readonly string[],
  kinds: readonly Kind[],
  kind: Kind,
  raw: string,
  key: readonly number[],
): readonly string[] => {
  const gold = kind.answer(raw)
  const others = labels.length > 0 ? labels : [raw, ...kinds.map(other => other.answer(raw))]
  const wrong = [...new Set(others)].filter(other => other !== gold)
  // An unchanged code is the likeliest mistake of all.
  return labels.length > 0
    ? shuffled(wrong, ...key, 'tempting')
    : [raw, ...shuffled(wrong.slice(1), ...key, 'tempting')]
}

const drawn = (kinds: readonly Kind[], chance: number): Kind => {
  let left = chance * kinds.reduce((sum, { weight }) => sum + weight, 0)
  for (const kind of kinds) {
    left -= kind.weight
    if (left < 0) return kind
  }
  return at(kinds, kinds.length - 1)
}

const at = <Value>(values: readonly Value[], index: number): Value => {
  const value = values[index % values.length]
  if (value === undefined) throw new RangeError(`Expected a value at ${index}.`)
  return value
}
