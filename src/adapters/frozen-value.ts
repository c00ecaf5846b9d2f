import type { FieldType } from '../signature/field-type.ts'
import type { FrozenLists, ValueHole } from './frozen-template.ts'
import { floatText, integerText } from './frozen-text.ts'

/*
 * Values as Python writes them. JavaScript has one kind of number, so the type decides: 3 in a field of floats is `3.0`.
 * python/kkachi_import/rendering.py is the same in Python and checks every template with it.
 */

const anything: FieldType = { kind: 'json' }

/** A value as text: strings as they are, objects and lists as JSON on one line, everything else as Python prints it. */
export const valueText = (value: unknown, type: FieldType, hole: ValueHole, lists: FrozenLists | undefined): string => {
  const plain = plainValue(value)
  const member = memberOf(type, plain)
  if (hole.lists && lists !== undefined && Array.isArray(plain)) return numbered(plain, lists)
  return typeof plain === 'object' && plain !== null ? dumps(plain, member, hole) : scalar(plain, member)
}

/** A value as Python's json.dumps has it. */
export const dumps = (
  value: unknown,
  type: FieldType,
  hole: Pick<ValueHole, 'indent' | 'depth' | 'shortFloats'>,
): string => {
  const plain = plainValue(value)
  const member = memberOf(type, plain)
  if (typeof plain === 'string') return JSON.stringify(plain)
  if (typeof plain === 'number' || typeof plain === 'bigint') {
    const text = scalar(plain, member)
    return notNumbers.get(text) ?? (hole.shortFloats ? shortFloat(text) : text)
  }
  if (typeof plain !== 'object' || plain === null) return String(plain ?? null)
  const isList = Array.isArray(plain)
  const deeper = { ...hole, depth: hole.depth + 1 }
  const texts = isList
    ? plain.map((item, index) => dumps(item, itemType(member, index), deeper))
    : Object.entries(plain).map(
        ([key, item]) => `${JSON.stringify(key)}: ${dumps(item, propertyType(member, key), deeper)}`,
      )
  const [open, close] = isList ? ['[', ']'] : ['{', '}']
  if (texts.length === 0) return open + close
  if (hole.indent === undefined) return open + texts.join(', ') + close
  const line = (depth: number): string => `\n${' '.repeat((hole.indent ?? 0) * depth)}`
  return `${open}${line(deeper.depth)}${texts.join(`,${line(deeper.depth)}`)}${line(hole.depth)}${close}`
}

const notNumbers: ReadonlyMap<string, string> = new Map([
  ['nan', 'NaN'],
  ['inf', 'Infinity'],
  ['-inf', '-Infinity'],
])

/** A value as nested elements; a key that is no name of an element stands in an attribute. */
export const element = (value: unknown, tag: string, type: FieldType, key?: string): string => {
  const plain = plainValue(value)
  const member = memberOf(type, plain)
  const open = `<${tag}${key === undefined ? '' : ` key=${quotedAttribute(key)}`}`
  if (plain === null || plain === undefined) return `${open} />`
  if (typeof plain !== 'object')
    return `${open}>${scalar(plain, member).replaceAll('&', '&amp;').replaceAll('<', '&lt;')}</${tag}>`
  const children = Array.isArray(plain)
    ? plain.map((item, index) => element(item, 'item', itemType(member, index)))
    : Object.entries(plain).map(([name, item]) =>
        isElementName(name)
          ? element(item, name, propertyType(member, name))
          : element(item, 'entry', propertyType(member, name), name),
      )
  return Array.isArray(plain) && children.length === 0 ? `${open} />` : `${open}>${children.join('')}</${tag}>`
}

/** A value given as the typed one Python would have: properties in the order declared, defaults filled in. */
export const normalized = (value: unknown, type: FieldType): unknown => {
  const plain = plainValue(value)
  const member = memberOf(type, plain)
  if (Array.isArray(plain)) return plain.map((item, index) => normalized(item, itemType(member, index)))
  if (typeof plain !== 'object' || plain === null) return plain
  const given = new Map(Object.entries(plain))
  if (member.kind !== 'object') {
    return Object.fromEntries([...given].map(([key, item]) => [key, normalized(item, propertyType(member, key))]))
  }
  return Object.fromEntries(
    member.properties.flatMap(({ name, type: inner, optional, default: absent }) => {
      if (given.get(name) !== undefined) return [[name, normalized(given.get(name), inner)]]
      return optional ? [[name, absent ?? null]] : []
    }),
  )
}

const scalar = (value: unknown, type: FieldType): string => {
  if (typeof value === 'number') {
    return type.kind !== 'number' && Number.isInteger(value) ? integerText(value) : floatText(value)
  }
  if (typeof value === 'boolean') return value ? 'True' : 'False'
  return value === null || value === undefined ? 'None' : String(value)
}

/** Python's exponent as pydantic writes it: without zeros, and from six places on. */
const shortFloat = (text: string): string => {
  const [digits = '', exponent] = text.split('e-0')
  if (exponent === undefined) return text
  if (exponent !== '5') return `${digits}e-${exponent}`
  const sign = digits.startsWith('-') ? '-' : ''
  return `${sign}0.0000${digits.replace('-', '').replace('.', '')}`
}

const numbered = (items: readonly unknown[], lists: FrozenLists): string => {
  const [short, long] = [lists.short, lists.long]
  const texts = items.map(item => {
    const text = scalar(item, anything)
    return lists.special.some(mark => text.includes(mark))
      ? long[0] + text.replaceAll('\n', lists.indent) + long[1]
      : short[0] + text + short[1]
  })
  if (texts.length < 2) return texts[0] ?? lists.empty
  return texts.map((text, index) => `${lists.number[0]}${index + 1}${lists.number[1]}${text}`).join(lists.between)
}

/** Sets are lists, maps are objects, and what is undefined is not there. */
const plainValue = (value: unknown): unknown => {
  if (value instanceof Set) return [...value]
  if (value instanceof Map) return Object.fromEntries(value)
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  const entries = Object.entries(value)
  return entries.some(([, item]) => item === undefined)
    ? Object.fromEntries(entries.filter(([, item]) => item !== undefined))
    : value
}

/** The member of a union a value belongs to, by its kind. */
const memberOf = (type: FieldType, value: unknown): FieldType => {
  if (type.kind !== 'union') return type
  const fitting = type.members.filter(member => kindsOf(value).includes(member.kind))
  if (fitting.length > 1 && typeof value === 'number') {
    const whole = Number.isInteger(value)
    return fitting.find(member => (member.kind === 'integer') === whole) ?? anything
  }
  return fitting[0] ?? anything
}

const kindsOf = (value: unknown): readonly FieldType['kind'][] => {
  if (typeof value === 'string') return ['string']
  if (typeof value === 'boolean') return ['boolean']
  if (typeof value === 'number' || typeof value === 'bigint') return ['integer', 'number']
  if (value === null || value === undefined) return ['null']
  return Array.isArray(value) ? ['list', 'set', 'tuple'] : ['object', 'record']
}

const itemType = (type: FieldType, index: number): FieldType => {
  if (type.kind === 'list' || type.kind === 'set') return type.items
  return type.kind === 'tuple' ? (type.items[index] ?? type.rest ?? anything) : anything
}

const propertyType = (type: FieldType, key: string): FieldType => {
  if (type.kind === 'record') return type.values
  return (type.kind === 'object' && type.properties.find(({ name }) => name === key)?.type) || anything
}

/** Whether a key, its dashes and dots aside, is an identifier of Python. */
const isElementName = (key: string): boolean =>
  /^[\p{XID_Start}_][\p{XID_Continue}]*$/u.test(key.slice(0, 1) + key.slice(1).replaceAll(/[-.]/g, '_'))

/** `xml.sax.saxutils.quoteattr`. */
const quotedAttribute = (text: string): string => {
  const escaped = text
    .replaceAll('&', '&amp;')
    .replaceAll('>', '&gt;')
    .replaceAll('<', '&lt;')
    .replaceAll('\n', '&#10;')
    .replaceAll('\r', '&#13;')
    .replaceAll('\t', '&#9;')
  if (!escaped.includes('"')) return `"${escaped}"`
  return escaped.includes("'") ? `"${escaped.replaceAll('"', '&quot;')}"` : `'${escaped}'`
}
