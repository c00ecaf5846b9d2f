import type { Demo, ProgramState } from '../ports/module.ts'
import type { Candidate } from './candidate.ts'
import { withDemos } from './demos.ts'
import { withInstructions } from './instructions.ts'
import { type Sentence, sentenceBook } from './sentences.ts'

/** Instructions for one predictor. */
export interface InstructionPart {
  readonly kind: 'instructions'
  readonly path: string
  readonly text: string
  readonly sentences: readonly Sentence[]
  readonly by: string
  /** Its effects in the response model, its own and those of its sentences; none for the student's own. */
  readonly effects: readonly number[]
}

/** A set of training rows shown as demos, to every predictor what it has of them. */
export interface DemoPart {
  readonly kind: 'demos'
  /** The training rows that are shown, in their order. */
  readonly rows: readonly number[]
  /** Predictor path to demos; undefined for the student's own. */
  readonly demos: ReadonlyMap<string, readonly Demo[]> | undefined
  readonly by: string
  readonly effects: readonly number[]
}

/** One choice of instructions for each predictor, and of demos. */
export interface Combination {
  readonly key: string
  /** In the order of the predictors. */
  readonly instructions: readonly InstructionPart[]
  readonly demos: DemoPart
}

/** A combination that was run at least once. */
export interface Entrant extends Combination {
  readonly candidate: Candidate
  /** All its effects, the one of its own last. */
  readonly effects: readonly number[]
}

/** What is believed of an effect before anything ran, in logits. */
interface Prior {
  readonly sd: number
  /** What a race hopes for, so that it tries first what mostly helps; who wins is judged without hope. */
  readonly hope?: number
}

/** The prior standard deviation of what a combination is beyond its parts. */
export const combinationSd = 0.15

const priors = {
  /** Of what all have in common. */
  common: { sd: 3 },
  sentence: { sd: 0.4, hope: 0.22 },
  instructions: { sd: 0.25 },
  /** Of having other instructions than the student's at all. */
  anyInstructions: { sd: 0.8 },
  /** Of showing demos at all, of each row shown, and of a set beyond its rows. */
  anyDemos: { sd: 1, hope: 0.6 },
  demo: { sd: 0.2 },
  demos: { sd: 0.15 },
  combination: { sd: combinationSd },
} as const satisfies Readonly<Record<string, Prior>>

/** All parts of a search and how they combine; effect 0 is what all have in common. */
export interface Combinations {
  /** Instructions by predictor, in the order of the predictors; the student's own first. */
  readonly instructions: readonly (readonly InstructionPart[])[]
  readonly demos: readonly DemoPart[]
  readonly entrants: readonly Entrant[]
  readonly student: Combination
  /** The prior standard deviation of each effect, and what is hoped of it. */
  readonly effectSd: readonly number[]
  readonly effectMean: readonly number[]
  /** The effect of a sentence for a predictor; undefined for a sentence of the student's own. */
  effectOf(path: string, sentence: Sentence): number | undefined
  /** Undefined where the predictor has this text already. */
  addInstructions(path: string, text: string, by: string): InstructionPart | undefined
  /** Undefined where there is nothing to show, or just these rows are shown already. */
  addDemos(demos: ReadonlyMap<string, readonly Demo[]>, rows: readonly number[], by: string): DemoPart | undefined
  combine(instructions: readonly InstructionPart[], demos: DemoPart): Combination
  /** The effects of a combination but for its own. */
  sharedEffects(combination: Combination): readonly number[]
  entrant(key: string): Entrant | undefined
  /** Makes an entrant of a combination that was proposed. */
  enter(combination: Combination, candidate: Candidate): Entrant
  stateOf(combination: Combination): ProgramState
}

/** Opens the parts of a search with those of the student. */
export const combinations = (student: ProgramState, paths: readonly string[]): Combinations => {
  const effectSd: number[] = [priors.common.sd]
  const effectMean: number[] = [0]
  const named = new Map<string, number>()
  const newEffect = ({ sd, hope = 0 }: Prior): number => {
    effectMean.push(hope)
    return effectSd.push(sd) - 1
  }
  const effect = (name: string, prior: Prior): number => {
    const number = named.get(name) ?? newEffect(prior)
    named.set(name, number)
    return number
  }
  const books = new Map(paths.map(path => [path, sentenceBook()] as const))
  const read = (path: string, text: string): readonly Sentence[] => books.get(path)?.read(text) ?? []
  const own = paths.map((path): InstructionPart => {
    const text = student[path]?.signature.instructions ?? ''
    return { kind: 'instructions', path, text, sentences: read(path, text), by: 'student', effects: [] }
  })
  const instructions = own.map(part => [part])
  const ownSentences = new Map(own.map(part => [part.path, new Set(part.sentences.map(({ id }) => id))] as const))
  const ownDemos: DemoPart = { kind: 'demos', rows: [], demos: undefined, by: 'student', effects: [] }
  const demos: DemoPart[] = [ownDemos]
  const entrants = new Map<string, Entrant>()
  const numbers = new Map<InstructionPart | DemoPart, number>()
  const numberOf = (part: InstructionPart | DemoPart): number => {
    const number = numbers.get(part) ?? numbers.size
    numbers.set(part, number)
    return number
  }
  const combine = (chosen: readonly InstructionPart[], shown: DemoPart): Combination => ({
    key: [...chosen, shown].map(numberOf).join(' '),
    instructions: chosen,
    demos: shown,
  })
  const effectOf = (path: string, { id }: Sentence): number | undefined =>
    ownSentences.get(path)?.has(id) ? undefined : effect(`${path} sentence ${id}`, priors.sentence)
  const sharedEffects = ({ instructions: chosen, demos: shown }: Combination): readonly number[] => [
    0,
    ...chosen.flatMap(part => part.effects),
    ...shown.effects,
  ]

  return {
    ...{ instructions, demos, effectSd, effectMean, effectOf, combine, sharedEffects },
    student: combine(own, ownDemos),
    get entrants() {
      return [...entrants.values()]
    },
    addInstructions(path, text, by) {
      const known = instructions[paths.indexOf(path)]
      if (known === undefined || text === '' || known.some(part => part.text === text)) return undefined
      const sentences = read(path, text)
      const effects = sentences.flatMap(sentence => effectOf(path, sentence) ?? [])
      const part: InstructionPart = {
        ...{ kind: 'instructions', path, text, sentences, by },
        effects: [effect(`${path} instructions`, priors.anyInstructions), ...effects, newEffect(priors.instructions)],
      }
      known.push(part)
      return part
    },
    addDemos(shown, rows, by) {
      const set = new Set(rows)
      const isKnown = demos.some(part => part.rows.length === set.size && part.rows.every(row => set.has(row)))
      if (isKnown || [...shown.values()].every(ofPath => ofPath.length === 0)) return undefined
      const effects = [
        effect('demos', priors.anyDemos),
        ...rows.map(row => effect(`demo ${row}`, priors.demo)),
        newEffect(priors.demos),
      ]
      const part: DemoPart = { kind: 'demos', rows, demos: shown, by, effects }
      demos.push(part)
      return part
    },
    entrant: key => entrants.get(key),
    enter(combination, candidate) {
      const effects = [...sharedEffects(combination), newEffect(priors.combination)]
      const entrant = { ...combination, candidate, effects }
      entrants.set(combination.key, entrant)
      return entrant
    },
    stateOf({ instructions: chosen, demos: shown }) {
      const told = chosen.reduce(
        (state, part) => (part.effects.length === 0 ? state : withInstructions(state, part.path, part.text)),
        student,
      )
      return shown.demos === undefined ? told : withDemos(told, path => shown.demos?.get(path) ?? [])
    },
  }
}
