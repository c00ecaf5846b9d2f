import type { Random } from '../data/random.ts'
import type { ProgramState } from '../ports/module.ts'
import { type Component, componentText, withComponent } from './components.ts'
import { weightedChoice } from './weighted-choice.ts'

/** A candidate as far as a merge looks at it; ancestors are places in the same list. */
export interface Mergeable {
  readonly state: ProgramState
  readonly score: number
  /** Places of the candidates it was made of. */
  readonly parents: readonly number[]
}

/** Two candidates put together. */
export interface Merge {
  /** The places of the two, the earlier first. */
  readonly pair: readonly [number, number]
  /** The place of the ancestor both come from. */
  readonly ancestor: number
  readonly state: ProgramState
  /** Of which of the two each text is, component by component. */
  readonly from: readonly number[]
}

/** The merges of a search so far: none is made twice. */
export interface MergeHistory {
  readonly triples: Set<string>
  readonly mixes: Set<string>
}

export const mergeHistory = (): MergeHistory => ({ triples: new Set(), mixes: new Set() })

/** Times a pair is drawn, and times it is tried to make something new of one. */
const draws = 10

/**
 * Puts two candidates together that improved different parts of the same ancestor: each text of which one kept the
 * ancestor's is taken from the other, and of texts that both rewrote the one of the better candidate.
 *
 * 1. Two candidates of `among` are drawn, neither of which comes from the other, with a common ancestor that is no better
 *    than either and at least one text that only one of them rewrote. The ancestor is drawn by its score.
 * 2. Undefined comes back where nothing new was found in 10 x 10 draws. What is given is noted in the history, tried or not.
 *
 * @param among places in `candidates`
 * @see Agrawal et al. 2025, arXiv:2507.19457, algorithm 4 and `MergeProposer` of gepa 0.1.4
 */
export const mergeCandidates = (
  candidates: readonly Mergeable[],
  among: readonly number[],
  components: readonly Component[],
  random: Random,
  history: MergeHistory,
): Merge | undefined => {
  if (among.length < 2 || candidates.length < 3) return undefined
  const texts = candidates.map(({ state }) => components.map(component => componentText(state, component)))
  for (let draw = 0; draw < draws; draw += 1) {
    const triple = drawTriple(candidates, texts, among, random, history)
    if (triple === undefined) continue
    const merge = merged(candidates, texts, components, triple, random)
    const mix = `${merge.pair.join(' ')}: ${merge.from.join(' ')}`
    if (history.mixes.has(mix)) continue
    history.mixes.add(mix)
    history.triples.add(keyOf(triple))
    return merge
  }
  return undefined
}

interface Triple {
  readonly pair: readonly [number, number]
  readonly ancestor: number
}

type Texts = readonly (readonly string[])[]

const drawTriple = (
  candidates: readonly Mergeable[],
  texts: Texts,
  among: readonly number[],
  random: Random,
  { triples }: MergeHistory,
): Triple | undefined => {
  for (let draw = 0; draw < draws; draw += 1) {
    const [one = 0, other = 0] = random.sample(among, 2).toSorted((a, b) => a - b)
    const ofOne = ancestorsOf(candidates, one)
    const ofOther = ancestorsOf(candidates, other)
    if (ofOne.has(other) || ofOther.has(one)) continue
    const pair = [one, other] as const
    const common = [...ofOne]
      .filter(ancestor => ofOther.has(ancestor))
      .toSorted((a, b) => a - b)
      .filter(
        ancestor =>
          !triples.has(keyOf({ pair, ancestor })) &&
          scoreOf(candidates, ancestor) <= Math.min(scoreOf(candidates, one), scoreOf(candidates, other)) &&
          isDesirable(texts, { pair, ancestor }),
      )
    if (common.length === 0) continue
    return { pair, ancestor: weightedChoice(random, common, ancestor => scoreOf(candidates, ancestor)) }
  }
  return undefined
}

/** Whether there is a text that only one of the pair rewrote: else a merge could only be one of the two again. */
const isDesirable = (texts: Texts, { pair: [one, other], ancestor }: Triple): boolean =>
  (texts[ancestor] ?? []).some((text, place) => {
    const a = texts[one]?.[place]
    const b = texts[other]?.[place]
    return a !== b && (text === a || text === b)
  })

const merged = (
  candidates: readonly Mergeable[],
  texts: Texts,
  components: readonly Component[],
  { pair, ancestor }: Triple,
  random: Random,
): Merge => {
  const [one, other] = pair
  const from = components.map((_, place) => {
    const [old, a, b] = [ancestor, one, other].map(candidate => texts[candidate]?.[place])
    if (a === b) return one
    if (old === a) return other
    if (old === b) return one
    const difference = scoreOf(candidates, one) - scoreOf(candidates, other)
    return difference > 0 ? one : difference < 0 ? other : random.choice(pair)
  })
  const state = components.reduce(
    (state, component, place) => withComponent(state, component, texts[from[place] ?? one]?.[place] ?? ''),
    candidates[ancestor]?.state ?? {},
  )
  return { pair, ancestor, state, from }
}

const ancestorsOf = (candidates: readonly Mergeable[], place: number): ReadonlySet<number> => {
  const found = new Set<number>()
  const open = [...(candidates[place]?.parents ?? [])]
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (found.has(next)) continue
    found.add(next)
    open.push(...(candidates[next]?.parents ?? []))
  }
  return found
}

const scoreOf = (candidates: readonly Mergeable[], place: number): number => candidates[place]?.score ?? 0

const keyOf = ({ pair, ancestor }: Triple): string => `${pair.join(' ')} ${ancestor}`

/**
 * The rows on which a merge is tried before it is scored on all: some on which the one parent is better, some on which the other
 * is, some on which they tie. Rows stand in it twice where there are fewer than `count`.
 *
 * @see `select_eval_subsample_for_merged_program` of gepa 0.1.4
 */
export const telling = (
  one: readonly number[],
  other: readonly number[],
  random: Random,
  count = 5,
): readonly number[] => {
  const rows = [...one.keys()]
  const difference = (row: number): number => (one[row] ?? 0) - (other[row] ?? 0)
  const chosen: number[] = []
  for (const isOf of [(d: number) => d > 0, (d: number) => d < 0, (d: number) => d === 0]) {
    const bucket = rows.filter(row => isOf(difference(row)))
    chosen.push(...random.sample(bucket, Math.min(bucket.length, Math.ceil(count / 3), count - chosen.length)))
  }
  const missing = count - chosen.length
  const unused = rows.filter(row => !chosen.includes(row))
  if (unused.length >= missing) return [...chosen, ...random.sample(unused, missing)]
  return [...chosen, ...Array.from({ length: missing }, () => random.choice(rows))]
}
