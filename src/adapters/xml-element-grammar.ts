import type { JsonSchema, JsonValue } from '../data/json.ts'
import { isObject } from '../data/json-shape.ts'
import { isSafeKey } from '../data/safe-json.ts'
import { bounded, grammarSchema, simplePattern, spacing } from './grammar-schema.ts'
import { isLiteral, literalChoice } from './literal-choice.ts'
import { limitedText } from './text-grammar.ts'
import { definition } from './xml-shape.ts'
import { tagsOf } from './xml-tag.ts'
import { escapeXml } from './xml-text.ts'
import { hasItems, unionChoice, valuesOf } from './xml-union.ts'

export interface ElementPlace {
  /** What follows the value: its closing tag. */
  readonly end: string
  /** Writes text without limits, and what follows it. */
  readonly text: () => string
  /** The rules of the grammar, to which those of definitions are added. */
  readonly rules: Map<string, string>
}

interface Place extends ElementPlace {
  /** Whether it is the whole of a field. */
  readonly isField: boolean
  /** Whether it has to say something. */
  readonly isFilled: boolean
  /** Characters, as in a class of a regular expression, that text is free of beside its marks. */
  readonly without: string
  /** The schema in which references lead, absent in types of fields, and the rules of its definitions. */
  readonly root?: JsonSchema
  readonly definitions: Map<string, string>
}

/**
 * The value of a field as elements and text, and its closing tag, in Lark; the schema is one of `elementSchema`. Undefined where
 * it could be read as something else than it was written as.
 */
export const elementGrammar = (schema: JsonSchema, place: ElementPlace): string | undefined =>
  content(schema, { ...place, isField: true, isFilled: false, without: '', definitions: new Map() })

/** Text in an element, and its closing tag: it holds no tag at all. */
export const nestedText = (end: string, without = ''): string =>
  `/(?:[^<${without}]|<+[^<!\\/A-Za-z_\\x{80}-\\x{10ffff}${without}])*${inPattern(end)}/`

/** Text as a regular expression that is nothing else. */
export const inPattern = (text: string): string => text.replace(/[-.:/"]/g, mark => `\\${mark}`).replaceAll('\n', '\\n')

/** A value of a schema as JSON without the marks of XML. */
export const plainJson = (schema: JsonSchema): string => {
  const any = {
    anyOf: [
      { type: 'string', pattern: plainText },
      bounded({ type: 'number' }),
      { type: 'boolean' },
      { type: 'null' },
      { type: 'array', items: anyJson },
      { type: 'object', ...anyEntries },
    ],
  }
  return `%json ${JSON.stringify({ ...spacing, ...withoutMarks(schema), $defs: { any } })}`
}

const plainText = '^[^<&]*$'
const anyJson = { $ref: '#/$defs/any' }
// No key that could reach a prototype begins so.
const anyEntries = { patternProperties: { '^[A-Zabd-oq-z0-9 ][^<&]*$': anyJson }, additionalProperties: false }

const withoutMarks = (schema: JsonSchema): JsonSchema => {
  switch (schema.type) {
    case undefined:
      return anyJson
    case 'string':
      return { ...schema, pattern: plainText }
    case 'array':
      return isObject(schema.items) ? { ...schema, items: withoutMarks(schema.items) } : schema
    case 'object': {
      if (!isObject(schema.properties)) return { ...schema, ...anyEntries }
      const parts = Object.entries(schema.properties).map(([name, part]) => [
        name,
        isObject(part) ? withoutMarks(part) : part,
      ])
      return { ...schema, properties: Object.fromEntries(parts) }
    }
    default:
      return bounded(schema)
  }
}

const quoted = (text: string): string => JSON.stringify(text)

const below = (place: Place, end: string): Place => ({
  ...place,
  ...{ end, text: () => nestedText(end), isField: false, isFilled: false, without: '' },
})

const content = (schema: JsonSchema, place: Place): string | undefined => {
  const end = quoted(place.end)
  if (isObject(schema.$root)) return content(schema.$root, { ...place, root: schema.$root, definitions: new Map() })
  if (typeof schema.$ref === 'string') return defined(schema.$ref, place)
  const values = valuesOf(schema)
  if (values !== undefined) return choice(values, place)
  if (Array.isArray(schema.anyOf) || Array.isArray(schema.oneOf) || Array.isArray(schema.type)) {
    return union(schema, place)
  }
  switch (schema.type) {
    case 'string':
      return text(schema, place)
    case 'integer':
    case 'number': {
      const followed = grammarSchema(schema)
      return followed && `%json ${JSON.stringify({ ...spacing, ...followed })} ${end}`
    }
    case 'boolean':
      return `("true" | "false") ${end}`
    case 'null':
      return `"null" ${end}`
    case 'array':
      return list(schema, place)
    case 'object':
      return isObject(schema.properties) ? object(schema.properties, schema, place) : record(schema, place)
    default:
      return place.isField ? `${plainJson({})} ${end}` : nestedText(place.end)
  }
}

/** The rule of a definition, made once for each place that it can stand in. */
const defined = (reference: string, place: Place): string | undefined => {
  const key = JSON.stringify([reference, place.end, place.isField, place.isFilled])
  const known = place.definitions.get(key)
  if (known !== undefined) return known
  const target = place.root && definition(place.root, reference)
  if (target === undefined) return undefined
  const name = `d${place.rules.size}`
  place.definitions.set(key, name)
  place.rules.set(name, '')
  const rule = content(target, place)
  if (rule === undefined) return undefined
  place.rules.set(name, rule)
  return name
}

const union = (schema: JsonSchema, place: Place): string | undefined => {
  const chosen = unionChoice(schema, place)
  const members = chosen?.members.map(member =>
    content(member.written, {
      ...place,
      ...(member.root && { root: member.root }),
      ...(member.root !== place.root && { definitions: new Map() }),
      ...(chosen.isText && { text: () => nestedText(place.end, brackets), without: brackets }),
      isFilled: place.isFilled || chosen.isFilled,
    }),
  )
  return members?.every(member => member !== undefined) ? `(${members.join(' | ')})` : undefined
}

/** What JSON would be read from, where text may stand in place of elements. */
const brackets = '\\[{'

const choice = (values: readonly JsonValue[], { end, without }: Place): string | undefined => {
  if (!values.every(isLiteral)) return undefined
  const chosen = literalChoice(values, text => !/\r/.test(text) && (without === '' || !/[[{]/.test(text)), escapeXml)
  return chosen && `${chosen} ${quoted(end)}`
}

const text = ({ minLength, maxLength, pattern }: JsonSchema, place: Place): string | undefined => {
  const end = inPattern(place.end)
  if (pattern !== undefined) {
    const simple = minLength === undefined && maxLength === undefined ? simplePattern(String(pattern)) : undefined
    return simple && `/${simple.slice(1, -1)}${end}/`
  }
  if (minLength === undefined && maxLength === undefined) return place.text()
  const limits = {
    ...(typeof minLength === 'number' && { minLength }),
    ...(typeof maxLength === 'number' && { maxLength }),
  }
  const limited = limitedText(limits, `<&\\r${place.without}`)
  return limited === undefined ? undefined : `/${limited}${end}/`
}

const list = (schema: JsonSchema, place: Place): string | undefined => {
  const { minItems = 0, maxItems = Number.POSITIVE_INFINITY, prefixItems = [], items } = schema
  const first = (prefixItems as readonly JsonValue[]).map(part => item(part, place))
  const rest = items === undefined || items === false ? '' : item(items, place)
  if (rest === undefined || first.includes(undefined)) return undefined
  const least = Math.max(Number(minItems) - first.length, place.isFilled && first.length === 0 ? 1 : 0, 0)
  const most = Number(maxItems) - first.length
  if (most < least || (rest === '' && least > 0)) return undefined
  const repeated =
    rest === '' || most < 1 ? [] : [`(${rest}){${least},${most === Number.POSITIVE_INFINITY ? '' : most}}`]
  return [...first, ...repeated, quoted(place.end)].join(' ')
}

const item = (schema: JsonValue, place: Place): string | undefined => {
  // An element \`item\` of such an object would be read as a part of it.
  if (!isObject(schema) || hasItems(schema, place)) return undefined
  const written = content(schema, below(place, '</item>'))
  return written && `"<item>" ${written}`
}

const object = (properties: JsonSchema, { required = [] }: JsonSchema, place: Place): string | undefined => {
  const needed = new Set(required as readonly JsonValue[])
  const parts = Object.entries(properties).map(([name, part]) => {
    const [open, close] = tagsOf(name)
    const written = isSafeKey(name) && isObject(part) ? content(part, below(place, `</${close}>`)) : undefined
    const element = written && `${quoted(`<${open}>`)} ${written}`
    return needed.delete(name) || element === undefined ? element : `(${element})?`
  })
  const isEmpty = place.isFilled && (required as readonly JsonValue[]).length === 0
  return isEmpty || needed.size > 0 || parts.includes(undefined) ? undefined : [...parts, quoted(place.end)].join(' ')
}

const record = ({ additionalProperties = true, required }: JsonSchema, place: Place): string | undefined => {
  if (required !== undefined || additionalProperties === false) return undefined
  const values = isObject(additionalProperties) ? additionalProperties : {}
  // Two entries of one name would be one list.
  if (unionChoice({ anyOf: [values] }, place)?.members.some(({ schema }) => schema.type === 'array') !== false)
    return undefined
  const written = content(values, below(place, '</entry>'))
  place.rules.set('KEY', entryKey)
  return written && `("<entry key=\\"" KEY ${written})${place.isFilled ? '+' : '*'} ${quoted(place.end)}`
}

/** A key, short enough for a tag, and the end of the tag. */
const entryKey = '/[^"<&\\s](?:[^"<&\\x00-\\x1f]{0,60}[^"<&\\s])?">/ & ~/(?:__proto__|constructor|prototype)">/'
