import type { LiteralValue } from '../signature/field-type.ts'
import { readNumber } from './read-number.ts'

/**
 * Finds which of the allowed values an answer means: exact first, then without quotes, wrapper, case or closing
 * punctuation where only one value fits. Undefined when none does.
 */
export const matchLiteral = <Choice extends { readonly value: LiteralValue; readonly name?: string }>(
  choices: readonly Choice[],
  answer: unknown,
): Choice | undefined => {
  const same = choices.find(choice => choice.value === answer)
  if (same !== undefined || answer === null || typeof answer === 'object') return same
  const text = String(answer).trim()
  const bare = unwrap(text)
  return byText(choices, text) ?? byText(choices, bare) ?? byNumber(choices, bare) ?? byFoldedText(choices, fold(bare))
}

const byText = <Choice extends { readonly value: LiteralValue; readonly name?: string }>(
  choices: readonly Choice[],
  text: string,
): Choice | undefined =>
  choices.find(choice => String(choice.value) === text) ?? choices.find(choice => choice.name === text)

const byNumber = <Choice extends { readonly value: LiteralValue }>(
  choices: readonly Choice[],
  text: string,
): Choice | undefined => {
  const number = readNumber(text)
  return number === undefined ? undefined : choices.find(choice => choice.value === number)
}

const byFoldedText = <Choice extends { readonly value: LiteralValue }>(
  choices: readonly Choice[],
  text: string,
): Choice | undefined => {
  const [only, ...others] = choices.filter(choice => fold(String(choice.value)) === text)
  return others.length === 0 ? only : undefined
}

/** `'pos'`, `**pos**` and `Literal['pos']` mean pos. */
const unwrap = (text: string): string => {
  const inner = text.startsWith('Literal[') && text.endsWith(']') ? text.slice('Literal['.length, -1).trim() : text
  let from = 0
  let to = inner.length
  while (from < to - 1 && wrapping.has(inner.charAt(from)) && inner.charAt(from) === inner.charAt(to - 1)) {
    from += 1
    to -= 1
  }
  return inner.slice(from, to).trim()
}

const wrapping: ReadonlySet<string> = new Set(['"', "'", '`', '*'])

const fold = (text: string): string => {
  let end = text.length
  while (end > 0 && closing.has(text.charAt(end - 1))) end -= 1
  return text.slice(0, end).trim().toLowerCase()
}

const closing: ReadonlySet<string> = new Set(['.', '!', ',', ';', ' '])
