import type { JsonObject, JsonValue } from './json.ts'

type Maybe = JsonValue | undefined

/** The value if it is an object, else an empty one. */
export const objectOf = (value: Maybe): JsonObject => (isObject(value) ? value : {})

export const isObject = (value: Maybe): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The value if it is an array, else an empty one. */
export const listOf = (value: Maybe): readonly JsonValue[] => (Array.isArray(value) ? value : [])

/** The value if it is a text that says something. */
export const textOf = (value: Maybe): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined

/** The value if it can be a number of tokens, else 0. */
export const countOf = (value: Maybe): number =>
  typeof value === 'number' && value > 0 && Number.isFinite(value) ? Math.trunc(value) : 0
