import type { Example } from '../data/example.ts'
import type { AdapterCall, AdapterPrompt } from '../ports/adapter.ts'
import type { Field } from '../signature/field.ts'
import type { FieldType } from '../signature/field-type.ts'
import type { Signature } from '../signature/signature.ts'
import { fieldList } from './chat-format.ts'
import { conversation } from './conversation.ts'
import { has } from './demo-turns.ts'
import { renderValue } from './render-value.ts'
import { wording } from './wording.ts'
import { shapeOf, type XmlShape, xmlContent } from './xml-shape.ts'
import { tagsOf } from './xml-tag.ts'
import { escapeXml } from './xml-text.ts'

/** Messages in the XML format. */
export const formatXml = (call: AdapterCall): AdapterPrompt =>
  conversation(call, { system: xmlSystem, answer: xmlAnswer, reminder: xmlReminder, block: xmlBlock, grammar: 'xml' })

/** An answer as the model is meant to write it. */
export const xmlAnswer = (signature: Signature, values: Example): string =>
  signature.outputs
    .map(field => {
      const { name, type } = field
      if (!has(values, field)) return xmlBlock(name, wording.missing)
      const value = values[name]
      return xmlContent(type) === 'text' || type.kind === 'special' || typeof value === 'string'
        ? xmlBlock(name, escapeXml(renderValue(value), name))
        : element(name, value)
    })
    .join('\n\n')

/** What the last user message ends with. */
export const xmlReminder = (signature: Signature): string =>
  [
    wording.xmlReminder(signature.outputs.map(({ name }) => `<${name}>`)),
    ...signature.outputs.flatMap(field => (isNested(field.type) ? [shapeElement(field)] : [])),
  ].join('\n')

const xmlSystem = (signature: Signature): string =>
  [
    fieldList(signature),
    wording.xmlShape,
    ...signature.outputs.map(field =>
      isNested(field.type) ? shapeElement(field) : xmlBlock(field.name, wording.placeholder(field.name)),
    ),
    `${wording.task} ${signature.instructions}`,
  ].join('\n\n')

/** Shown as elements. Calls and citations are asked for as JSON: their arguments are of types that nobody names here. */
const isNested = (type: FieldType): boolean => type.kind !== 'special' && xmlContent(type) !== 'text'

/** A field between its tags. */
const xmlBlock = (name: string, value: string): string => `<${name}>\n${value}\n</${name}>`

/** A value as nested elements. */
const element = (name: string, value: unknown): string => {
  const [open, close] = tagsOf(name)
  return `<${open}>${inside(value)}</${close}>`
}

const inside = (value: unknown): string => {
  if (value === null || value === undefined) return ''
  if (Array.isArray(value) || value instanceof Set) return [...value].map(item => element('item', item)).join('')
  if (typeof value !== 'object' || value instanceof Uint8Array) return escapeXml(renderValue(value))
  return Object.entries(value)
    .map(([name, part]) => element(name, part))
    .join('')
}

/** Deeper places are shown as `…`: a type may hold itself. */
const deepest = 6

const shapeElement = ({ name, type }: Field): string => `<${name}>${shapeInside(name, shapeOf(type), 0)}</${name}>`

const shapeInside = (name: string, shape: XmlShape, depth: number): string => {
  if (depth > deepest) return wording.xmlMore
  const part = (name: string, shape: XmlShape): string => {
    const [open, close] = tagsOf(name)
    return `<${open}>${shapeInside(name, shape, depth + 1)}</${close}>`
  }
  switch (shape.kind) {
    case 'list':
      return part('item', shape.items(0)) + wording.xmlMore
    case 'object':
      return [...shape.properties].map(([property, inner]) => part(property, inner())).join('')
    case 'record':
      return `<entry key="${wording.placeholder('key')}">${shapeInside('value', shape.values(), depth + 1)}</entry>${wording.xmlMore}`
    case 'union':
      return shapeInside(name, shape.members.find(member => member.kind !== 'text') ?? { kind: 'any' }, depth)
    default:
      return wording.placeholder(name)
  }
}
