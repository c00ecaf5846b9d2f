import type { Random } from '../data/random.ts'
import { meanInterval } from '../evaluation/statistics.ts'
import type { Lineage } from './candidate.ts'
import {
  type Combination,
  type Combinations,
  combinationSd,
  type DemoPart,
  type Entrant,
  type InstructionPart,
} from './combinations.ts'
import { normalDensity, normalDraws, normalShare } from './normal-draws.ts'
import type { Ask, Observation, Part } from './observation.ts'
import { type Belief, type ResponseModel, responseModel, type Trial } from './response-model.ts'
import type { SearchEvent } from './search-event.ts'
import type { Reckoned, SearchRun } from './search-run.ts'

/** A row that candidates are run on. */
export interface RaceRow {
  readonly part: Part
  readonly row: number
}

/** Everything a race knows: who runs, where, and what came of it. */
export interface Race {
  readonly parts: Combinations
  /** Rows of both parts; the numbers of rows below are places in it. */
  readonly rows: readonly RaceRow[]
  /** What the race is run by. */
  readonly model: ResponseModel
  /** What an entrant did, in the order of doing. */
  observed(entrant: Entrant): readonly Observation[]
  /**
   * Rows to learn from that a combination is believed to fail, the surest first, each with a run in which it or another
   * failed. Rows that it got right are left out.
   */
  failures(combination: Combination): readonly Observation[]
  /** What an entrant is judged by: what it did on these rows where it ran on all of them, else all it did. */
  judgedBy(entrant: Entrant, rows: readonly number[]): readonly Observation[]
  /** Runs combinations on rows. False when the budget ended within them; then they count for nothing. */
  run(pulls: readonly Pull[]): AsyncGenerator<SearchEvent, boolean, undefined>
  /**
   * Draws who runs next (Thompson): each draw of the beliefs names the combination that would be the best by it, and the
   * `rowsEach` rows on which its answer is least certain. Only combinations of `among` where given; rows of `on`.
   */
  draw(options: {
    readonly random: Random
    readonly draws: number
    readonly rowsEach: number
    readonly on: readonly number[]
    readonly among?: readonly Combination[]
  }): readonly Pull[]
  /** How good a combination is believed to be on rows, in the metric's scale. */
  reckon(combination: Combination, rows: readonly number[]): Belief
  /** The same as a score with its interval: the mean where it ran on all of the rows. */
  reckoned(entrant: Entrant, rows: readonly number[]): Reckoned
  /** How much better one is believed to be than another, summed over rows; what both did is taken as it was. */
  lead(over: Entrant, entrant: Entrant, rows: readonly number[]): Belief
  /** What choosing another instead may be expected to bring, as a share of the best score: its gain where it is better. */
  promise(leader: Entrant, other: Entrant, rows: readonly number[]): number
  /** Those that ran, the best first: by what they are believed to reach, less half of what that may be off. */
  ranked(rows: readonly number[], among?: readonly Entrant[]): readonly Entrant[]
  /** The best score there can be, as far as it was seen. */
  readonly bestScore: number
  hasRun(entrant: Combination, row: number): boolean
  /** Whether a combination shows this row as a demo. */
  shows(combination: Combination, row: number): boolean
}

/** Combinations and the rows they are to run on. */
export interface Pull {
  readonly combination: Combination
  readonly rows: readonly number[]
}

/** Opens a race over rows. */
export const race = <Input, Output extends object, Row extends object>(
  run: SearchRun<Input, Output, Row>,
  parts: Combinations,
  rows: readonly RaceRow[],
): Race => {
  const trials: Trial[] = []
  const seen = new Map<string, Map<number, Observation>>()
  const { effectSd, effectMean } = parts
  /** What the race is run by, and what it is judged by: without hope, made where it is asked for. */
  let model = responseModel({ effectSd, effectMean, rows: rows.length }, trials)
  let judge: ResponseModel | undefined
  let lastJudge: ResponseModel | undefined
  const judging = (): ResponseModel => {
    judge ??= responseModel({ effectSd, rows: rows.length, ...(lastJudge && { start: lastJudge }) }, trials)
    lastJudge = judge
    return judge
  }
  const range = { low: 0, high: 1 }

  const isSeen = (combination: Combination, row: number): boolean => seen.get(combination.key)?.has(row) ?? false
  const shows = ({ demos }: Combination, row: number): boolean =>
    rows[row]?.part === 'train' && demos.rows.includes(rows[row]?.row ?? -1)

  /** The combination that a draw of all effects would choose. */
  const bestBy = (effects: Float64Array, random: Random, among: readonly Combination[] | undefined): Combination => {
    const worth = (part: InstructionPart | DemoPart): number =>
      part.effects.reduce((sum, effect) => sum + (effects[effect] ?? 0), 0)
    const own = (combination: Combination): number => {
      const effect = parts.entrant(combination.key)?.effects.at(-1)
      return effect === undefined ? combinationSd * (normalDraws(random, 1)[0] ?? 0) : (effects[effect] ?? 0)
    }
    const total = (combination: Combination): number =>
      combination.instructions.reduce((sum, part) => sum + worth(part), worth(combination.demos)) + own(combination)
    const choices = among ?? choicesBy(worth)
    return best(choices, total)
  }

  /** What a draw has to choose from: all pairs where there is one predictor; else the best part for each, and who ran. */
  const choicesBy = (worth: (part: InstructionPart | DemoPart) => number): readonly Combination[] => {
    if (parts.instructions.length === 1) {
      const [texts = []] = parts.instructions
      return texts.flatMap(text => parts.demos.map(demos => parts.combine([text], demos)))
    }
    const chosen = parts.instructions.map(texts => best(texts, worth))
    return [...parts.demos.map(demos => parts.combine(chosen, demos)), ...parts.entrants]
  }

  const reckon = (combination: Combination, among: readonly number[]): Belief => {
    const model = judging()
    const { mean, sd } = model.reckon(effectsOf(parts, combination, model.effects.length), among)
    const scale = range.high - range.low
    return { mean: range.low + scale * mean, sd: scale * sd }
  }
  const scoreOf = (score: number): number => (score - range.low) / (range.high - range.low)

  return {
    parts,
    rows,
    get model() {
      return model
    },
    shows,
    observed: entrant => [...(seen.get(entrant.key)?.values() ?? [])],
    judgedBy(entrant, among) {
      const all = seen.get(entrant.key)
      const judged = among.flatMap(row => all?.get(row) ?? [])
      return judged.length === among.length ? judged : [...(all?.values() ?? [])]
    },
    failures(combination) {
      const active = effectsOf(parts, combination, model.effects.length)
      const failed = new Map<number, Observation>()
      for (const entrant of [...parts.entrants, combination]) {
        for (const [row, observation] of seen.get(entrant.key) ?? []) {
          if (observation.part !== 'train') continue
          if (!(observation.passed && scoreOf(observation.score) >= 1)) failed.set(row, observation)
          else if (entrant.key === combination.key) failed.delete(row)
        }
      }
      return [...failed]
        .filter(([row]) => !shows(combination, row))
        .map(([row, observation]) => ({ row, observation, chance: model.chances(active, [row])[0] ?? 0 }))
        .sort((a, b) => a.chance - b.chance || a.row - b.row)
        .map(({ observation }) => observation)
    },
    async *run(pulls) {
      const entrants = new Map<string, Entrant>()
      const asks: { readonly entrant: Entrant; readonly row: number; readonly ask: Ask }[] = []
      for (const { combination, rows: places } of pulls) {
        const known = entrants.get(combination.key) ?? parts.entrant(combination.key)
        const entrant =
          known ??
          parts.enter(
            combination,
            yield* run.propose(labelOf(combination), parts.stateOf(combination), lineageOf(combination, parts)),
          )
        entrants.set(combination.key, entrant)
        for (const row of places) {
          const place = rows[row]
          if (place !== undefined) asks.push({ entrant, row, ask: { candidate: entrant.candidate, ...place } })
        }
      }
      const observations = yield* run.observe(asks.map(({ ask }) => ask))
      if (observations === undefined) return false
      for (const [index, { entrant, row }] of asks.entries()) {
        const observation = observations[index]
        if (observation === undefined) continue
        const ofEntrant = seen.get(entrant.key) ?? new Map<number, Observation>()
        ofEntrant.set(row, observation)
        seen.set(entrant.key, ofEntrant)
        range.low = Math.min(range.low, observation.score)
        range.high = Math.max(range.high, observation.score)
      }
      trials.length = 0
      for (const entrant of parts.entrants) {
        for (const [row, { score }] of seen.get(entrant.key) ?? []) {
          trials.push({ effects: entrant.effects, row, score: scoreOf(score) })
        }
      }
      model = responseModel({ effectSd, effectMean, rows: rows.length, start: model }, trials)
      judge = undefined
      return true
    },
    draw({ random, draws, rowsEach, on, among }) {
      const pulls: Pull[] = []
      const taken = new Set<string>()
      for (let draw = 0; draw < draws; draw += 1) {
        const effects = model.draw(random)
        const combination = bestBy(effects, random, among)
        const active = effectsOf(parts, combination, model.effects.length)
        const open = on.filter(
          row => !isSeen(combination, row) && !shows(combination, row) && !taken.has(`${combination.key} ${row}`),
        )
        const chances = model.chances(active, open)
        const uncertain = open
          .map((row, place) => ({ row, doubt: Math.abs((chances[place] ?? 0) - 0.5) }))
          .sort((a, b) => a.doubt - b.doubt || a.row - b.row)
          .slice(0, rowsEach)
        if (uncertain.length === 0) continue
        for (const { row } of uncertain) taken.add(`${combination.key} ${row}`)
        pulls.push({ combination, rows: uncertain.map(({ row }) => row) })
      }
      return pulls
    },
    reckon,
    reckoned(entrant, among) {
      const scores = among.flatMap(row => seen.get(entrant.key)?.get(row)?.score ?? [])
      if (scores.length === among.length) {
        const { mean, low, high } = meanInterval(scores, { seed: run.seed })
        return { score: mean, low, high }
      }
      const { mean, sd } = reckon(entrant, among)
      return { score: mean, low: Math.max(range.low, mean - 2 * sd), high: Math.min(range.high, mean + 2 * sd) }
    },
    lead(over, entrant, among) {
      const model = judging()
      const scale = range.high - range.low
      const effects = effectsOf(parts, entrant, model.effects.length)
      const others = effectsOf(parts, over, model.effects.length)
      let [mean, variance] = [0, 0]
      const open: number[] = []
      const [chances, otherChances] = [model.chances(effects, among), model.chances(others, among)]
      for (const [place, row] of among.entries()) {
        const own = seen.get(entrant.key)?.get(row)?.score
        const other = seen.get(over.key)?.get(row)?.score
        if (own === undefined || other === undefined) open.push(row)
        const p = chances[place] ?? 0
        const q = otherChances[place] ?? 0
        mean += (own ?? range.low + scale * p) - (other ?? range.low + scale * q)
        if (own === undefined) variance += p * (1 - p) * scale ** 2
        if (other === undefined) variance += q * (1 - q) * scale ** 2
      }
      const belief = open.length === 0 ? 0 : model.difference(effects, others, open).sd * open.length * scale
      return { mean, sd: Math.sqrt(variance + belief ** 2) }
    },
    promise(leader, other, among) {
      const model = judging()
      const [own, others] = [leader, other].map(one => effectsOf(parts, one, model.effects.length))
      const { mean, sd } = model.difference(others ?? [], own ?? [], among)
      return sd === 0 ? Math.max(0, mean) : sd * normalDensity(mean / sd) + mean * normalShare(mean / sd)
    },
    ranked: (among, entrants = parts.entrants) =>
      entrants
        .map(entrant => ({ entrant, ...reckon(entrant, among) }))
        .map(({ entrant, mean, sd }) => ({ entrant, value: mean - sd / 2 }))
        .sort((a, b) => b.value - a.value)
        .map(({ entrant }) => entrant),
    get bestScore() {
      return range.high
    },
    hasRun: isSeen,
  }
}

/** The effects of a combination that the model knows of. */
const effectsOf = (parts: Combinations, combination: Combination, known: number): readonly number[] =>
  (parts.entrant(combination.key)?.effects ?? parts.sharedEffects(combination)).filter(effect => effect < known)

const labelOf = ({ instructions, demos }: Combination): string => {
  const changed = instructions.filter(part => part.effects.length > 0)
  const told = changed.map(part => part.by)
  return [...new Set(told), ...(demos.effects.length === 0 ? [] : [demos.by])].join(' + ') || 'student'
}

/** A combination comes from the student and changes what is not the student's. */
const lineageOf = (combination: Combination, parts: Combinations): Lineage => {
  const parents = parts.entrants
    .filter(entrant => isOneStep(entrant, combination))
    .map(({ candidate }) => candidate.index)
  const changed = combination.instructions.filter(part => part.effects.length > 0)
  const { demos } = combination
  return {
    parents:
      parents.length > 0 ? parents.slice(-2) : parts.entrants.slice(0, 1).map(({ candidate }) => candidate.index),
    ...((changed.length > 0 || demos.effects.length > 0) && {
      change: {
        by: labelOf(combination),
        paths:
          demos.effects.length === 0 ? changed.map(part => part.path) : combination.instructions.map(part => part.path),
        parts: [
          ...(changed.length > 0 ? ['instructions' as const] : []),
          ...(demos.effects.length === 0 ? [] : ['demos' as const]),
        ],
      },
    }),
  }
}

/** Whether one combination is another with one part changed: other instructions, or more demos. */
const isOneStep = (from: Combination, to: Combination): boolean => {
  const differing = to.instructions.filter((part, place) => from.instructions[place] !== part)
  if (from.demos === to.demos) return differing.length === 1
  return differing.length === 0 && from.demos.rows.every(row => to.demos.rows.includes(row))
}

/** The item with the highest value, the earlier where two tie. */
const best = <Item>(items: readonly Item[], worth: (item: Item) => number): Item => {
  let [chosen, highest] = [items[0] as Item, Number.NEGATIVE_INFINITY]
  for (const item of items) {
    const value = worth(item)
    if (value > highest) [chosen, highest] = [item, value]
  }
  return chosen
}
