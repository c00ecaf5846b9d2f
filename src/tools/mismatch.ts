import type { JsonValue } from '../data/json.ts'

/** What a value has that its schema does not allow. Nothing of the value is quoted; a key nobody named is a `*`. */
export interface Mismatch {
  /** Dotted; empty for the whole value. */
  readonly path: string
  readonly problem: string
  /** Keys from the root to the place. */
  readonly depth: number
}

/** A place in a value, from the inside out. */
export interface Place {
  readonly parent: Place | undefined
  readonly key: string | number
}

/** What was found so far in one check, and what is being looked at. */
export type Seen = Map<Check, Map<JsonValue, Mismatch | undefined>>

export type Check = (value: JsonValue, place: Place | undefined, seen: Seen) => Mismatch | undefined

export const mismatch = (place: Place | undefined, problem: string): Mismatch => {
  const keys: (string | number)[] = []
  for (let at = place; at !== undefined; at = at.parent) keys.push(at.key)
  return { path: keys.reverse().join('.'), problem, depth: keys.length }
}

/** What a value is in the words of JSON schema. */
export const typeName = (value: JsonValue): string =>
  value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value
