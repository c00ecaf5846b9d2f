import type { JsonValue } from '../data/json.ts'
import { maxJsonDepth } from '../data/safe-json.ts'

/** What is no JSON, and where. */
export interface NoJson {
  readonly path: string
  readonly problem: string
}

export type PlainJson = { readonly value: JsonValue } | NoJson

/**
 * A copy of a value that holds nothing but JSON: no getter, no prototype, no key that could reach one, no circle. Each
 * property is read once, so that what was checked is what is used. Absent properties (`undefined`) are left out.
 */
export const plainJson = (value: unknown): PlainJson => {
  try {
    return { value: copied(value, []) }
  } catch (error) {
    if (error instanceof Refused) return error.found
    throw error
  }
}

class Refused extends Error {
  readonly found: NoJson
  constructor(place: readonly (string | number)[], problem: string) {
    super(problem)
    this.found = { path: place.join('.'), problem }
  }
}

/** `place` is where the value stands; it is the same list all the way down, and as it was afterwards. */
const copied = (value: unknown, place: (string | number)[]): JsonValue => {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value
  if (typeof value === 'number') {
    if (Number.isFinite(value)) return value
    throw new Refused(place, 'expected a finite number')
  }
  if (typeof value !== 'object') throw new Refused(place, `expected JSON, got ${typeof value}`)
  if (place.length > maxJsonDepth) throw new Refused(place.slice(0, 3), `nested deeper than ${maxJsonDepth} levels`)
  if (Array.isArray(value)) return Array.from(value, (item, index) => below(item ?? null, place, index))
  const prototype: unknown = Object.getPrototypeOf(value)
  // Objects of another realm are plain too: their prototype has no prototype of its own.
  if (prototype !== null && Object.getPrototypeOf(prototype) !== null) {
    throw new Refused(place, 'expected a plain object, got one of a class')
  }
  const copy: Record<string, JsonValue> = {}
  for (const [key, child] of Object.entries(value)) {
    if (key === '__proto__') throw new Refused(place, "the key '__proto__' is refused")
    if (key === 'constructor' && typeof child === 'object' && child !== null && Object.hasOwn(child, 'prototype')) {
      throw new Refused(place, "the key 'constructor' with a 'prototype' inside is refused")
    }
    if (child !== undefined) copy[key] = below(child, place, key)
  }
  return copy
}

const below = (value: unknown, place: (string | number)[], key: string | number): JsonValue => {
  place.push(key)
  const copy = copied(value, place)
  place.pop()
  return copy
}
