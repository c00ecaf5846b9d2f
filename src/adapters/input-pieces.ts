import type { AudioData } from '../data/audio.ts'
import type { DocumentText } from '../data/document.ts'
import type { FileData } from '../data/file.ts'
import type { ImageAddress } from '../data/image.ts'
import type { ContentPart } from '../ports/message.ts'
import type { FieldType } from '../signature/field-type.ts'
import { readSpecial } from '../signature/read-special.ts'
import { isRow } from '../signature/row.ts'
import { specialName, specialTypes } from '../signature/special-types.ts'
import { renderValue } from './render-value.ts'
import { wording } from './wording.ts'

/** A value in a message: text, and parts where there is more than text. */
export type Piece = string | ContentPart

/** How many documents a message has so far: they are numbered as they come. */
export interface DocumentCount {
  count: number
}

/** A value of a type as pieces of a message, its images and the like where they stand in it. */
export const inputPieces = (type: FieldType, value: unknown, documents: DocumentCount): readonly Piece[] => {
  if (!holdsSpecial(type) || value === null || value === undefined) return [renderValue(value)]
  switch (type.kind) {
    case 'special':
      return specialPieces(type, value, documents)
    case 'union': {
      const member = type.members.find(one => one.kind === 'special' && fits(one, value)) ?? containerOf(type, value)
      return member === undefined ? [renderValue(value)] : inputPieces(member, value, documents)
    }
    case 'list':
    case 'set':
    case 'tuple': {
      if (!Array.isArray(value) && !(value instanceof Set)) return [renderValue(value)]
      const itemType = (index: number): FieldType =>
        type.kind === 'tuple' ? (type.items[index] ?? type.rest ?? type) : type.items
      return listPieces([...value], itemType, documents)
    }
    case 'record':
    case 'object': {
      if (!isRow(value)) return [renderValue(value)]
      const typeOf = (key: string): FieldType | undefined =>
        type.kind === 'record' ? type.values : type.properties.find(property => property.name === key)?.type
      return objectPieces(value, typeOf, documents)
    }
    default:
      return [renderValue(value)]
  }
}

const specialPieces = (
  type: Extract<FieldType, { readonly kind: 'special' }>,
  value: unknown,
  documents: DocumentCount,
): readonly Piece[] => {
  const name = specialName(type) ?? ''
  const read = specialTypes.has(name) ? readSpecial(name, value) : undefined
  if (read === undefined) return [renderValue(value)]
  switch (name) {
    case 'Image':
      return [{ type: 'image', ...(read as ImageAddress) }]
    case 'Audio':
      return [{ type: 'audio', ...(read as AudioData) }]
    case 'File':
      return [{ type: 'file', ...(read as FileData) }]
    case 'Document':
      return documentPieces(read as DocumentText, documents)
    default:
      return [renderValue(read)]
  }
}

const documentPieces = (
  { text, title, mediaType, context }: DocumentText,
  documents: DocumentCount,
): readonly Piece[] => {
  const head = [wording.document(documents.count, title), ...(context === undefined ? [] : [context])].join('\n')
  documents.count += 1
  if (mediaType !== 'application/pdf') return [`${head}\n${text}`]
  const data = `data:application/pdf;base64,${text}`
  return [`${head}\n`, { type: 'file', ...(title !== undefined && { name: title }), data }]
}

/** Items that are more than text stand one below the other, the others as JSON has them. */
const listPieces = (
  items: readonly unknown[],
  typeAt: (index: number) => FieldType,
  documents: DocumentCount,
): readonly Piece[] => {
  const bare = items.length > 0 && items.every((_, index) => isShown(typeAt(index)))
  const [open, between, close] = bare ? ['', '\n', ''] : ['[', ', ', ']']
  const pieces = items.flatMap((item, index) => [
    ...(index === 0 ? [] : [between]),
    ...inJson(typeAt(index), item, documents),
  ])
  return [open, ...pieces, close]
}

const objectPieces = (
  value: Readonly<Record<string, unknown>>,
  typeOf: (key: string) => FieldType | undefined,
  documents: DocumentCount,
): readonly Piece[] => {
  const entries = Object.entries(value).filter(([, part]) => part !== undefined)
  return [
    '{',
    ...entries.flatMap(([key, part], index) => [
      `${index === 0 ? '' : ', '}${JSON.stringify(key)}: `,
      ...inJson(typeOf(key) ?? { kind: 'json' }, part, documents),
    ]),
    '}',
  ]
}

/** A value inside another: text is in quotes there. */
const inJson = (type: FieldType, value: unknown, documents: DocumentCount): readonly Piece[] => {
  if (isShown(type) || (holdsSpecial(type) && typeof value === 'object')) return inputPieces(type, value, documents)
  if (type.kind === 'union' && type.members.some(one => isShown(one) && fits(one, value))) {
    return inputPieces(type, value, documents)
  }
  return [typeof value === 'string' ? JSON.stringify(value) : renderValue(value)]
}

/** Whether a type is shown to a model as more than JSON. */
const isShown = (type: FieldType): boolean => {
  const name = specialName(type)
  return name === 'Image' || name === 'Audio' || name === 'File' || name === 'Document'
}

const fits = (type: FieldType, value: unknown): boolean => {
  const name = specialName(type) ?? ''
  return specialTypes.has(name) && readSpecial(name, value) !== undefined
}

const containerOf = (type: Extract<FieldType, { readonly kind: 'union' }>, value: unknown): FieldType | undefined =>
  type.members.find(member =>
    member.kind === 'list' || member.kind === 'set' || member.kind === 'tuple'
      ? Array.isArray(value) || value instanceof Set
      : (member.kind === 'record' || member.kind === 'object') && isRow(value),
  )

/** Whether a type has a special one anywhere in it. */
const holdsSpecial = (type: FieldType): boolean => {
  switch (type.kind) {
    case 'special':
      return true
    case 'list':
    case 'set':
      return holdsSpecial(type.items)
    case 'tuple':
      return type.items.some(holdsSpecial) || (type.rest !== undefined && holdsSpecial(type.rest))
    case 'record':
      return holdsSpecial(type.values)
    case 'union':
      return type.members.some(holdsSpecial)
    case 'object':
      return type.properties.some(property => holdsSpecial(property.type))
    default:
      return false
  }
}
