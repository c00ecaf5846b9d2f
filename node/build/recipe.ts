import type { FilePattern } from './file-pattern.ts'
import type { Place } from './place-of.ts'

/** What a program is compiled from, read and checked by itself: a `.kkachi` file, a program file, or a prompt builder. */
export interface Recipe {
  /** What the generated module names as its source. */
  readonly origin: string
  readonly signature?: string
  readonly instructions?: string
  readonly descriptions?: Readonly<Record<string, string>>
  readonly module?: ModuleKind
  /** The prompt format, by name. */
  readonly adapter?: string
  readonly examples: readonly FilePattern[]
  /** Labeled demos, at most; absent for as many as labeledFewShot gives, or none where the state has learned some. */
  readonly demos?: number
  readonly seed: number
  /** Whether the rows of the examples are exported, to go on learning from. */
  readonly training: boolean
  /** A program file with what was learned: its whole path. */
  readonly state?: string
  /** A module whose default export is the program: its whole path. */
  readonly program?: string
  /** Where a part of it was written, for messages: `signature`, `state`, `descriptions/text`. */
  placeOf(part: string): Place
}

export const moduleKinds = ['predict', 'chain-of-thought'] as const
export type ModuleKind = (typeof moduleKinds)[number]
