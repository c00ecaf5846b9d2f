import { DataError } from '../errors/data-error.ts'
import type { JsonValue } from './json.ts'

const refused: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype'])

/** Nesting deeper than this is refused before it can exhaust the stack. */
export const maxJsonDepth = 200

/**
 * Checks that a parsed value has no key that could reach a prototype and is not nested deeper than `maxJsonDepth`.
 *
 * `constructor` and `prototype` are refused only together (`{"constructor": {"prototype": …}}`): alone they are words.
 *
 * @throws DataError `data/unsafe`
 */
export const assertSafe = (value: unknown, depth = 0): void => {
  if (typeof value !== 'object' || value === null) return
  if (depth > maxJsonDepth) {
    throw new DataError('data/unsafe', `The value is nested deeper than ${maxJsonDepth} levels. Flatten it.`)
  }
  if (Array.isArray(value)) {
    for (const item of value) assertSafe(item, depth + 1)
    return
  }
  for (const key of Object.keys(value)) {
    const child: unknown = (value as Record<string, unknown>)[key]
    if (key === '__proto__' || (key === 'constructor' && isObjectWith(child, 'prototype'))) {
      throw new DataError('data/unsafe', `The key '${key}' is refused because it could change a prototype. Rename it.`)
    }
    assertSafe(child, depth + 1)
  }
}

const isObjectWith = (value: unknown, key: string): boolean =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, key)

/** Whether a name may be used as a field or record key. */
export const isSafeKey = (key: string): boolean => !refused.has(key)

/**
 * Parses JSON text and refuses what could harm the reader.
 *
 * @throws SyntaxError when it is not JSON; DataError `data/unsafe` when it is refused
 */
export const parseJson = (text: string): JsonValue => {
  const value: JsonValue = JSON.parse(text)
  assertSafe(value)
  return value
}
