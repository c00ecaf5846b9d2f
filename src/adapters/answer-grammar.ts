import type { JsonSchema } from '../data/json.ts'
import type { AnswerGrammars } from '../ports/language-model.ts'
import type { Field } from '../signature/field.ts'
import type { FieldConstraints } from '../signature/field-constraints.ts'
import type { LiteralValue } from '../signature/field-type.ts'
import { outputJsonSchema } from '../signature/json-schema.ts'
import type { Signature } from '../signature/signature.ts'
import { specialName } from '../signature/special-types.ts'
import { isTextual } from './coerce-special.ts'
import { grammarSchema, simplePattern, spacing } from './grammar-schema.ts'
import { isLiteral, literalChoice } from './literal-choice.ts'
import { limitedText } from './text-grammar.ts'
import { xmlGrammar } from './xml-grammar.ts'

/**
 * The Lark grammar of an answer in the chat format: every field under its marker, in the order of the signature; what may be
 * left out is there or not. Text is any that does not look like a marker.
 *
 * Whatever follows it is read without an issue. Undefined where that cannot be promised: for patterns, formats and special
 * types that grammars do not follow to the letter. What a schema checks in code is beyond any grammar.
 */
const chatGrammar = ({ outputs }: Signature): string | undefined => {
  const last = `r${outputs.length}: "completed ## ]]"`
  return written(outputs, chatValue, ({ name }) => `${name} ## ]]\n`, [
    'start: "[[ ## " r0',
    'END: "\\n\\n[[ ## "',
    last,
  ])
}

/** The same for one JSON object, each field on a line of its own, as the prompt shows it. */
const jsonGrammar = ({ outputs }: Signature): string | undefined => {
  const key = (name: string): string => `\n  ${JSON.stringify(name)}: `
  const required = outputs.findIndex(field => !field.optional)
  // Until one field is there, none has a comma before it.
  const firsts = outputs
    .slice(0, required < 0 ? undefined : required + 1)
    .map(
      ({ name, optional }, index) =>
        `f${index}: ${quoted(`{${key(name)}`)} v${index} r${index + 1}${optional ? ` | f${index + 1}` : ''}`,
    )
  const none = required < 0 ? [`f${outputs.length}: "{}"`] : []
  const last = `r${outputs.length}: "\\n}"`
  return written(outputs, jsonValue, ({ name }) => `,${key(name)}`, ['start: f0', ...firsts, ...none, last])
}

/** With the rules `r0`, `r1`, …, a field and the rest of the answer, and `v0`, `v1`, …, its value. */
const written = (
  fields: readonly Field[],
  value: (field: Field) => string | undefined,
  head: (field: Field) => string,
  more: readonly string[],
): string | undefined => {
  const lines = [...more]
  for (const [index, field] of fields.entries()) {
    const rule = value(field)
    if (rule === undefined) return undefined
    const next = `r${index + 1}`
    lines.push(`r${index}: ${quoted(head(field))} v${index} ${next}${field.optional ? ` | ${next}` : ''}`)
    lines.push(`v${index}: ${rule}`)
  }
  return lines.join('\n')
}

const quoted = (text: string): string => JSON.stringify(text)

/** The value of a field under its marker, and how the next marker begins. */
const chatValue = (field: Field): string | undefined => {
  const { type, constraints = {} } = field
  switch (type.kind) {
    case 'string':
    case 'bytes':
      return text(constraints)
    case 'literal':
      return choice(type.values)
    case 'enum':
      return choice(type.members.map(({ value }) => value))
    case 'boolean':
      return '("true" | "false") END'
    case 'null':
      return '"null" END'
    case 'union': {
      const texts = type.members.filter(member => member.kind === 'string')
      const members = (texts.length > 0 ? texts : type.members).map(member => chatValue({ ...field, type: member }))
      return members.every(member => member !== undefined) ? members.join(' | ') : undefined
    }
    case 'schema': {
      const { type: kind, enum: values } = type.jsonSchema
      if (Array.isArray(values)) return values.every(isLiteral) ? choice(values) : undefined
      if (kind === 'string') return schemaText(type.jsonSchema)
    }
  }
  if (isTextual(type)) return text({})
  const value = jsonValue(field)
  return value && `${value} END`
}

/** The value of a field as JSON. */
const jsonValue = (field: Field): string | undefined => {
  const name = specialName(field.type)
  if (name !== undefined && !isTextual(field.type) && name !== 'ToolCalls' && name !== 'Citations') return undefined
  const { properties, $defs } = outputJsonSchema({
    instructions: '',
    inputs: [],
    outputs: [{ ...field, optional: false }],
  })
  const schema = grammarSchema((properties as JsonSchema)[field.name])
  const definitions = $defs === undefined ? {} : grammarSchema({ $defs })
  return schema && definitions && `%json ${JSON.stringify({ ...spacing, ...schema, ...definitions })}`
}

const choice = (values: readonly LiteralValue[]): string | undefined => {
  const chosen = literalChoice(values, text => !text.includes('[['))
  return chosen && `${chosen} END`
}

const schemaText = (schema: JsonSchema): string | undefined => {
  const { minLength, maxLength } = schema
  return grammarSchema(schema) === undefined || 'pattern' in schema || 'const' in schema
    ? undefined
    : text({ ...given({ minLength, maxLength }) })
}

const given = (limits: Readonly<Record<string, unknown>>): FieldConstraints =>
  Object.fromEntries(Object.entries(limits).filter(([, limit]) => typeof limit === 'number'))

/**
 * Text and how the next marker begins, as one regular expression: nothing goes on after it, so that it ends where it can. With
 * limits it is free of brackets, begins and ends with no blank, and every character counts one.
 */
const text = ({ minLength = 0, maxLength, pattern }: FieldConstraints): string | undefined => {
  const ending = '\\n\\n\\[\\[ ## '
  if (pattern !== undefined) {
    const simple = minLength === 0 && maxLength === undefined ? simplePattern(pattern.source) : undefined
    return simple && `/${simple.slice(1, -1)}${ending}/`
  }
  if (minLength === 0 && maxLength === undefined)
    return `/(?:(?:[^\\s\\[]|${brackets})(?:[^\\[]|${brackets})*)?${ending}/`
  const limited = limitedText({ ...given({ minLength, maxLength }) }, '\\[')
  return limited === undefined ? undefined : `/${limited}${ending}/`
}

/** Brackets that do not begin a marker: after two there is something else than blanks and `##`. */
const brackets = '\\[(?:\\[+(?:[ \\t]*#|[ \\t]+)\\[)*(?:[^\\[]|\\[+[ \\t]*(?:[^\\[ \\t#]|#[^#\\[]))'

/**
 * How the answers of our formats must look, for models that obey grammars: goes into their `capabilities`.
 *
 * @example
 * const capabilities = { grammar: true, answerGrammars }
 */
export const answerGrammars: AnswerGrammars = { chat: chatGrammar, json: jsonGrammar, xml: xmlGrammar }
