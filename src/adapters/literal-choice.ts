import type { LiteralValue } from '../signature/field-type.ts'
import { matchLiteral } from './match-literal.ts'

export const isLiteral = (value: unknown): value is LiteralValue => value === null || typeof value !== 'object'

/**
 * One of the values that are read as themselves, as alternatives of a grammar; undefined when one is not, for each has to
 * be possible.
 *
 * @param allows whether a text can stand where the answer has it
 * @param written how it stands there; as it is when absent
 */
export const literalChoice = (
  values: readonly LiteralValue[],
  allows: (text: string) => boolean,
  written: (text: string) => string = text => text,
): string | undefined => {
  const choices = values.map(value => ({ value }))
  const texts = values.map(String)
  return texts.every(
    (text, index) =>
      text === text.trim() && text !== '' && allows(text) && matchLiteral(choices, text)?.value === values[index],
  )
    ? `(${texts.map(text => JSON.stringify(written(text))).join(' | ')})`
    : undefined
}
