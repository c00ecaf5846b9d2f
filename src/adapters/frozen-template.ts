import type { JsonObject } from '../data/json.ts'
import type { Field } from '../signature/field.ts'
import type { FieldType } from '../signature/field-type.ts'

/**
 * A prompt format as data: how another system's adapter writes the messages of one predictor, found by probing it.
 * `python/kkachi_import` makes these; nothing of them is ever run.
 */
export interface FrozenPrompt {
  readonly format: 1
  /** Which of our parsers reads the answers. */
  readonly parser: FrozenParser
  /** Inputs and outputs in signature order, with all that decides how a value is written. */
  readonly fields: readonly FrozenField[]
  /** How a list in a field of text is written; absent where there is no such field. */
  readonly lists?: FrozenLists
  readonly system: readonly Part[]
  readonly request: readonly Part[]
  readonly demos: { readonly complete: FrozenTurn; readonly incomplete: FrozenTurn }
  /** The input that holds earlier turns, and how they are written. */
  readonly history?: FrozenTurn & { readonly field: string }
  readonly responseSchema?: { readonly name: string; readonly schema: JsonObject }
  /** Values of demos whose text their type does not tell: `1` in a field of floats. */
  readonly exact: readonly { readonly field: string; readonly value: unknown; readonly text: string }[]
  /** What the importer could not bring over whole, in its own words. */
  readonly notes: readonly string[]
}

export type FrozenParser = 'chat' | 'json' | 'xml'

export type FrozenField = Pick<Field, 'name' | 'role' | 'type' | 'optional' | 'default' | 'constraints'>

export interface FrozenTurn {
  readonly user: readonly Part[]
  readonly assistant: readonly Part[]
}

/** The pieces around the items of a list: `short` for one line, `long` for several or where a mark is in the way. */
export interface FrozenLists {
  readonly empty: string
  readonly short: readonly [string, string]
  readonly long: readonly [string, string]
  readonly indent: string
  readonly special: readonly string[]
  readonly number: readonly [string, string]
  readonly between: string
}

/** A piece of a message: text as it is, or what is filled in. */
export type Part =
  | string
  | ValueHole
  | { readonly kind: 'description'; readonly field: string; readonly unless: string | undefined }
  | {
      readonly kind: 'instructions'
      readonly dedent: boolean
      readonly trim: boolean
      readonly before: string | undefined
    }
  | { readonly kind: 'trim'; readonly both: boolean; readonly of: readonly Part[] }
  | { readonly kind: 'join'; readonly separator: string; readonly of: readonly Part[] }
  /** Shown when the field has a value; in a join, nothing stands for it otherwise. */
  | { readonly kind: 'field'; readonly field: string; readonly of: readonly Part[]; readonly absent: readonly Part[] }

/** Where the value of a field goes, and how it is written. */
export interface ValueHole {
  readonly kind: 'value'
  readonly field: string
  readonly as: 'text' | 'json' | 'xml' | 'media'
  /** Blanks of each level of JSON; on one line when absent. */
  readonly indent?: number
  /** The level of JSON the value stands at. */
  readonly depth: number
  /** Numbers with small exponents as pydantic writes them, not as Python does. */
  readonly shortFloats: boolean
  readonly lists: boolean
  readonly escape: readonly (readonly [string, string])[]
  /** The element of `xml`, and what stands around a value that needs no elements inside. */
  readonly tag: string
  readonly around: readonly [string, string]
  /** The marks between which a saved demo keeps a part that is no text. */
  readonly marks: readonly [string, string]
  readonly media: 'image' | 'audio' | 'file'
  readonly quoted: boolean
}

export type { FieldType }
