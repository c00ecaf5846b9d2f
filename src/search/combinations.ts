import type { Demo, ProgramState } from '../ports/module.ts'
import type { Candidate } from './candidate.ts'
import { withDemos } from './demos.ts'
import { withInstructions } from './instructions.ts'

/** Instructions for one predictor; a child is made from its parent's and inherits what is believed of it. */
export interface InstructionPart {
  readonly kind: 'instructions'
  readonly path: string
  readonly text: string
  readonly by: string
  readonly parent: InstructionPart | undefined
  /** Its effect in the response model; undefined for the student's own. */
  readonly effect: number | undefined
}

/** A set of training rows shown as demos, to every predictor what it has of them. */
export interface DemoPart {
  readonly kind: 'demos'
  /** The training rows that are shown. */
  readonly rows: ReadonlySet<number>
  /** Predictor path to demos; undefined for the student's own. */
  readonly demos: ReadonlyMap<string, readonly Demo[]> | undefined
  readonly by: string
  readonly parent: DemoPart | undefined
  readonly effect: number | undefined
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

/** Prior standard deviations of effects, in logits. */
const sd = { mean: 1.8, instructions: 0.8, demos: 0.8, combination: 0.35 } as const

/** All parts of a search and how they combine; effect 0 is what all have in common. */
export interface Combinations {
  /** Instructions by predictor, in the order of the predictors; the student's own first. */
  readonly instructions: readonly (readonly InstructionPart[])[]
  readonly demos: readonly DemoPart[]
  readonly entrants: readonly Entrant[]
  /** The prior standard deviation of each effect. */
  readonly effectSd: readonly number[]
  /** Undefined where the predictor has this text already. */
  addInstructions(path: string, text: string, by: string, parent: InstructionPart): InstructionPart | undefined
  addDemos(
    demos: ReadonlyMap<string, readonly Demo[]>,
    rows: ReadonlySet<number>,
    by: string,
    parent?: DemoPart,
  ): DemoPart | undefined
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
  const effectSd: number[] = [sd.mean]
  const instructions = paths.map((path): InstructionPart[] => [
    {
      kind: 'instructions',
      path,
      text: student[path]?.signature.instructions ?? '',
      by: 'student',
      parent: undefined,
      effect: undefined,
    },
  ])
  const own: DemoPart = {
    kind: 'demos',
    rows: new Set(),
    demos: undefined,
    by: 'student',
    parent: undefined,
    effect: undefined,
  }
  const demos: DemoPart[] = [own]
  const entrants = new Map<string, Entrant>()
  const numbers = new Map<InstructionPart | DemoPart, number>()
  const newEffect = (deviation: number): number => effectSd.push(deviation) - 1
  const numberOf = (part: InstructionPart | DemoPart): number => {
    const number = numbers.get(part) ?? numbers.size
    numbers.set(part, number)
    return number
  }

  return {
    instructions,
    demos,
    get entrants() {
      return [...entrants.values()]
    },
    effectSd,
    addInstructions(path, text, by, parent) {
      const known = instructions[paths.indexOf(path)]
      if (known === undefined || text === '' || known.some(part => part.text === text)) return undefined
      const part: InstructionPart = { kind: 'instructions', path, text, by, parent, effect: newEffect(sd.instructions) }
      known.push(part)
      return part
    },
    addDemos(shown, rows, by, parent) {
      if ([...shown.values()].every(ofPath => ofPath.length === 0)) return undefined
      const part: DemoPart = { kind: 'demos', rows, demos: shown, by, parent, effect: newEffect(sd.demos) }
      demos.push(part)
      return part
    },
    combine: (chosen, shown) => ({
      key: [...chosen, shown].map(numberOf).join(' '),
      instructions: chosen,
      demos: shown,
    }),
    sharedEffects: ({ instructions: chosen, demos: shown }) => [0, ...chosen.flatMap(inherited), ...inherited(shown)],
    entrant: key => entrants.get(key),
    enter(combination, candidate) {
      const shared = this.sharedEffects(combination)
      const entrant = { ...combination, candidate, effects: [...shared, newEffect(sd.combination)] }
      entrants.set(combination.key, entrant)
      return entrant
    },
    stateOf({ instructions: chosen, demos: shown }) {
      const told = chosen.reduce(
        (state, part) => (part.effect === undefined ? state : withInstructions(state, part.path, part.text)),
        student,
      )
      return shown.demos === undefined ? told : withDemos(told, path => shown.demos?.get(path) ?? [])
    },
  }
}

/** The effects of a part and of those it was made from. */
const inherited = (part: InstructionPart | DemoPart): readonly number[] => [
  ...(part.parent ? inherited(part.parent) : []),
  ...(part.effect === undefined ? [] : [part.effect]),
]

/** The standard deviation of what a combination that was never run adds to the sum of its parts. */
export const combinationSd: number = sd.combination
