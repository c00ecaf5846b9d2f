import type { JsonObject, JsonValue } from '../data/json.ts'
import { type Check, mismatch } from './mismatch.ts'

/** The limits of a number. */
export const numberCheck = (schema: JsonObject): Check | undefined => {
  const tests = [
    limit(schema.minimum, 'at least', (value, least) => value >= least),
    limit(schema.maximum, 'at most', (value, most) => value <= most),
    limit(schema.exclusiveMinimum, 'more than', (value, least) => value > least),
    limit(schema.exclusiveMaximum, 'less than', (value, most) => value < most),
    limit(schema.multipleOf, 'a multiple of', isMultiple),
  ].filter(test => test !== undefined)
  if (tests.length === 0) return undefined
  return (value, place) => {
    if (typeof value !== 'number') return undefined
    const failed = tests.find(({ fits }) => !fits(value))
    return failed && mismatch(place, `expected a number of ${failed.words}`)
  }
}

const limit = (bound: JsonValue | undefined, words: string, fits: (value: number, bound: number) => boolean) =>
  typeof bound === 'number' ? { words: `${words} ${bound}`, fits: (value: number) => fits(value, bound) } : undefined

/** 0.3 is a multiple of 0.1, although their quotient is 2.9999999999999996. */
const isMultiple = (value: number, unit: number): boolean => {
  const times = value / unit
  return Math.abs(times - Math.round(times)) < 1e-9
}

/** The limits of a text, in characters as JSON schema counts them: code points. */
export const stringCheck = ({ minLength, maxLength }: JsonObject): Check | undefined => {
  const least = typeof minLength === 'number' ? minLength : 0
  const most = typeof maxLength === 'number' ? maxLength : Number.POSITIVE_INFINITY
  if (least === 0 && most === Number.POSITIVE_INFINITY) return undefined
  return (value, place) => {
    if (typeof value !== 'string') return undefined
    const length = codePoints(value)
    if (length < least) return mismatch(place, `expected at least ${least} characters, got ${length}`)
    return length > most ? mismatch(place, `expected at most ${most} characters, got ${length}`) : undefined
  }
}

const codePoints = (text: string): number => {
  let count = 0
  for (const _ of text) count += 1
  return count
}
