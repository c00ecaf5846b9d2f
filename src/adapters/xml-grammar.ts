import type { Field } from '../signature/field.ts'
import type { Signature } from '../signature/signature.ts'
import { specialSchema } from '../signature/special-schema.ts'
import { specialName } from '../signature/special-types.ts'
import { isTextual } from './coerce-special.ts'
import { elementGrammar, inPattern, nestedText, plainJson } from './xml-element-grammar.ts'
import { elementSchema } from './xml-element-schema.ts'
import { xmlContent } from './xml-shape.ts'

/**
 * The Lark grammar of an answer in the XML format: every field between its tags, in the order of the signature, its parts as
 * elements in the order of their types; what may be left out is there or not.
 *
 * Whatever follows it is read without an issue. Undefined where that cannot be promised: where the JSON grammar cannot, and
 * where elements alone do not tell what is meant, as some unions, and dictionaries of lists.
 */
export const xmlGrammar = ({ outputs }: Signature): string | undefined => {
  const required = outputs.findIndex(field => !field.optional)
  const rules = new Map([
    ['start', 'f0'],
    [`r${outputs.length}`, '""'],
  ])
  if (required < 0) rules.set(`f${outputs.length}`, '""')
  for (const [index, field] of outputs.entries()) {
    const value = fieldValue(field, rules, `T${index}`)
    if (value === undefined) return undefined
    rules.set(`v${index}`, value)
    const written = (rule: string, before: string): void => {
      const absent = field.optional ? ` | ${rule}${index + 1}` : ''
      rules.set(`${rule}${index}`, `${JSON.stringify(`${before}<${field.name}>`)} v${index} r${index + 1}${absent}`)
    }
    written('r', '\n\n')
    // Until one field is there, none has an empty line before it.
    if (required < 0 || index <= required) written('f', '')
  }
  return [...rules].map(([name, rule]) => `${name}: ${rule}`).join('\n')
}

/** The value of a field, with its closing tag. */
const fieldValue = (
  { name, type, constraints }: Field,
  rules: Map<string, string>,
  textRule: string,
): string | undefined => {
  const end = `</${name}>`
  if (type.kind === 'special' && !isTextual(type)) {
    const special = specialName(type)
    return special === 'ToolCalls' || special === 'Citations'
      ? `"\\n" ${plainJson(specialSchema(special))} ${JSON.stringify(`\n${end}`)}`
      : undefined
  }
  const schema = elementSchema(type, constraints)
  if (schema === undefined) return undefined
  if (xmlContent(type) !== 'text') return elementGrammar(schema, { end, rules, text: () => nestedText(end) })
  const text = (): string => {
    rules.set(textRule, freeText(name))
    return `${textRule} ">"`
  }
  const value = elementGrammar(schema, { end: `\n${end}`, rules, text })
  return value && `"\\n" ${value}`
}

/**
 * Text and how its closing tag begins. It holds no tag of its own, no comment and no CDATA, and does not end between the quotes
 * of an attribute; every other tag is text.
 */
const freeText = (name: string): string => {
  const own = inPattern(name)
  const word = '[A-Za-z_\\x{80}-\\x{10ffff}][-.:0-9A-Za-z_\\x{80}-\\x{10ffff}]*'
  const attribute = `[ \\t\\r\\n]+${word}[ \\t\\r\\n]*=[ \\t\\r\\n]*`
  const unclosed = `<${word}(?:${attribute}(?:"[^"]*"|'[^']*'))*${attribute}(?:"[^"]*|'[^']*)`
  return [
    `/(?s:.*)\\n<\\/${own}/`,
    `~/(?s:.*)(?:<${own}|<!|<\\/${own}(?s:.))(?s:.*)/`,
    `~/(?s:.*)${unclosed}\\n<\\/${own}/`,
  ].join(' & ')
}
