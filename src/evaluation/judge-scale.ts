import { ConfigurationError } from '../errors/configuration-error.ts'
import { PredictionError } from '../errors/prediction-error.ts'
import type { FieldOptions } from '../signature/field-definition.ts'
import { share } from './harmonic-mean.ts'
import { judgeWording } from './wording.ts'

/** What a judge may answer: `yes-no`, a whole number in a range, or one of some levels from the worst to the best. */
export type JudgeScale = 'yes-no' | { readonly low: number; readonly high: number } | readonly string[]

/**
 * The field in which a judge gives its verdict.
 *
 * @throws ConfigurationError `configuration/invalid` for a scale of one step
 */
export const verdictField = (scale: JudgeScale): FieldOptions => {
  if (scale === 'yes-no') return { type: 'bool', description: judgeWording.verdict.passes }
  if (isLevels(scale)) {
    if (scale.length < 2 || new Set(scale).size < scale.length) {
      throw invalid(`at least two different levels, got ${scale.length}`, "scale: ['wrong', 'partly right', 'right']")
    }
    return { type: { kind: 'literal', values: scale }, description: judgeWording.verdict.levels(scale) }
  }
  const { low, high } = scale
  if (!(Number.isSafeInteger(low) && Number.isSafeInteger(high) && low < high)) {
    throw invalid(`two whole numbers, low below high, got ${low} and ${high}`, 'scale: { low: 1, high: 5 }')
  }
  return {
    type: 'int',
    description: judgeWording.verdict.number(low, high),
    constraints: { minimum: low, maximum: high },
  }
}

/**
 * A verdict as a score from 0 to 1.
 *
 * @throws PredictionError `prediction/invalid` for a verdict that is not on the scale
 */
export const scoreOf = (verdict: unknown, scale: JudgeScale): number => {
  if (typeof verdict === 'boolean') return verdict ? 1 : 0
  if (typeof verdict === 'number' && Number.isFinite(verdict) && scale !== 'yes-no' && !isLevels(scale)) {
    return share((verdict - scale.low) / (scale.high - scale.low))
  }
  const level = isLevels(scale) && typeof verdict === 'string' ? scale.indexOf(verdict) : -1
  if (isLevels(scale) && level >= 0) return level / (scale.length - 1)
  throw new PredictionError(
    'prediction/invalid',
    `Expected a verdict on the scale ${JSON.stringify(scale)}, got a ${typeof verdict}. Give the scale that the judge answers on.`,
    { issues: [{ field: 'verdict', problem: 'is not on the scale' }] },
  )
}

const isLevels = (scale: JudgeScale): scale is readonly string[] => Array.isArray(scale)

const invalid = (expected: string, remedy: string): ConfigurationError =>
  new ConfigurationError(
    'configuration/invalid',
    `Expected the scale of a judge to have ${expected}. Write ${remedy}.`,
    { option: 'scale' },
  )
