import { brokenLimit } from '../signature/broken-limit.ts'
import type { FieldConstraints } from '../signature/field-constraints.ts'
import { wording } from './wording.ts'

/** The limit a value breaks, in words; undefined when it keeps them all. */
export const brokenConstraint = (limits: FieldConstraints, value: unknown): string | undefined => {
  const broken = brokenLimit(limits, value)
  return broken === undefined ? undefined : limitInWords(limits, broken)
}

/** One limit as a model reads it; undefined where there is none. */
const limitInWords = (limits: FieldConstraints, name: keyof FieldConstraints): string | undefined => {
  if (name === 'pattern') return limits.pattern && wording.pattern(limits.pattern.source)
  const limit = limits[name]
  return limit === undefined ? undefined : wording.constraint[name](limit)
}

/** All limits as a model reads them. */
export const limitsInWords = (limits: FieldConstraints): string[] =>
  limitNames().flatMap(name => limitInWords(limits, name) ?? [])

const limitNames = (): readonly (keyof FieldConstraints)[] => [
  ...(Object.keys(wording.constraint) as (keyof typeof wording.constraint)[]),
  'pattern',
]
