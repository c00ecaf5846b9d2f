import { isSafeKey } from '../data/safe-json.ts'
import { DataError } from '../errors/data-error.ts'
import type { FieldType } from '../signature/field-type.ts'
import { coerce } from './coerce.ts'
import { type Coerced, isProblem } from './coerced.ts'
import { looseJson } from './loose-json.ts'
import { readText } from './read-text.ts'
import { shapeOf, type XmlShape, xmlContent } from './xml-shape.ts'
import { readXmlTree, type XmlElement } from './xml-tree.ts'

/**
 * Fits the sections of a field to its type: nested elements, JSON between the tags, or plain text.
 *
 * @throws DataError `data/unsafe` for names that could reach a prototype
 */
export const readXml = (type: FieldType, sections: readonly string[]): Coerced => {
  const [first = ''] = sections
  if (first === '' && sections.length === 1 && acceptsNull(type)) return { value: null }
  if (xmlContent(type) === 'text') return readText(type, first)
  const trees = sections.map(section => readXmlTree(section, 'item'))
  const [tree] = trees
  const whole: XmlElement | undefined =
    trees.length > 1 ? { name: 'items', children: trees, mixed: false, text: first } : tree
  if (whole === undefined || whole.children.length === 0) return readPlain(type, whole?.text ?? '')
  const value = coerce(type, readElement(shapeOf(type), whole))
  const plain = isProblem(value) && trees.length === 1 ? readPlain(type, whole.text) : value
  return isProblem(plain) ? value : plain
}

/** A field of no elements: JSON, or what its text stands for. */
const readPlain = (type: FieldType, text: string): Coerced => {
  const shape = shapeOf(type)
  if (shape.kind === 'any') return readText(type, text)
  const value = coerce(type, leaf(shape, text))
  if (!isProblem(value) || shape.kind === 'list') return value
  const read = readText(type, text)
  return isProblem(read) ? value : read
}

/** The value of an element, as JSON would have it: types that it does not fit are left to the reader of types. */
const readElement = (shape: XmlShape, element: XmlElement): unknown => {
  const { children, mixed, text } = element
  if (children.length === 0) return leaf(shape, text)
  switch (shape.kind) {
    case 'text':
      return leaf(shape, text)
    case 'any':
      return mixed ? text : entriesOf(element, () => shape)
    case 'list':
      return itemsOf(shape.items(0), element).map((item, index) => readElement(shape.items(index), item))
    case 'record':
      return entriesOf(element, shape.values)
    case 'object':
      return entriesOf(element, name => shape.properties.get(name)?.() ?? { kind: 'any' })
    case 'union':
      return readElement(memberFor(shape.members, element), element)
  }
}

/** The value of an element without elements. */
const leaf = (shape: XmlShape, text: string): unknown => {
  if (shape.kind === 'union') {
    const nested = shape.members.find(member => member.kind !== 'text')
    const member = shape.members.find(member => member.kind === 'text') ?? nested
    const json = nested === undefined || nested.kind === 'any' ? undefined : looseJson(text)?.value
    if (typeof json === 'object' && json !== null) return json
    return member === undefined ? text : leaf(member, text)
  }
  if (shape.kind === 'text') {
    if (text === '' && acceptsNull(shape.type)) return null
    const read = readText(shape.type, text)
    return isProblem(read) ? text : read.value
  }
  if (shape.kind === 'any') return text
  if (text === '') return shape.kind === 'list' ? [] : {}
  const json = looseJson(text)?.value
  if (shape.kind !== 'list') return json ?? text
  return Array.isArray(json) ? json : [leaf(shape.items(0), text)]
}

const acceptsNull = (type: FieldType): boolean =>
  type.kind === 'null' || (type.kind === 'union' && type.members.some(acceptsNull))

/** The elements that are the items of a list: the children, or the one object or text that they are the parts of. */
const itemsOf = (shape: XmlShape, element: XmlElement): readonly XmlElement[] => {
  const { children, mixed } = element
  const object = (shape.kind === 'union' ? shape.members : [shape]).find(member => member.kind === 'object')
  const isOne = object === undefined ? mixed : children.every(child => object.properties.has(child.name))
  return isOne ? [element] : children
}

/** An object of the children, by their names; several of one name are a list. */
const entriesOf = (element: XmlElement, shapeAt: (name: string) => XmlShape): unknown => {
  const groups = new Map<string, XmlElement[]>()
  for (const child of element.children) {
    const name = child.key ?? child.name
    if (!isSafeKey(name)) {
      throw new DataError('data/unsafe', 'A name that could change a prototype is refused. Rename it.')
    }
    const group = groups.get(name)
    if (group === undefined) groups.set(name, [child])
    else group.push(child)
  }
  const valueAt = (name: string, group: readonly XmlElement[]): unknown => {
    const shape = shapeAt(name)
    const [first = element] = group
    if (group.length === 1) return readElement(shape, first)
    const list = (shape.kind === 'union' ? shape.members : [shape]).find(member => member.kind === 'list')
    if (list !== undefined) return group.map((item, index) => readElement(list.items(index), item))
    return shape.kind === 'any' ? group.map(item => readElement(shape, item)) : readElement(shape, first)
  }
  return Object.fromEntries([...groups].map(([name, group]) => [name, valueAt(name, group)]))
}

/** The member of a union that fits the elements best. */
const memberFor = (members: readonly XmlShape[], { children, mixed }: XmlElement): XmlShape => {
  const score = (shape: XmlShape): number => {
    if (shape.kind === 'object') return children.filter(child => shape.properties.has(child.name)).length
    if (shape.kind === 'list') return children.every(child => child.name === 'item') ? children.length : 0.5
    if (shape.kind === 'text') return mixed ? 0.6 : 0.1
    return 0.4
  }
  return members.reduce((best, member) => (score(member) > score(best) ? member : best))
}
