import { parseJson } from '../data/safe-json.ts'
import type { ContentPart } from '../ports/message.ts'
import type { ValueHole } from './frozen-template.ts'
import { valueText } from './frozen-value.ts'

/**
 * An image, a sound or a file as a part of a message. An input is its address or its object; a demo of a saved state has
 * the part itself as JSON between two marks, and any other text there is text.
 */
export const mediaPieces = (value: unknown, hole: ValueHole, typed: boolean): (string | ContentPart)[] => {
  const [start, end] = hole.marks
  if (typeof value === 'string' && value.startsWith(start) && value.endsWith(end)) {
    const saved = savedParts(value.slice(start.length, value.length - end.length))
    if (saved !== undefined) return saved
  }
  const part = typed ? partOf(value, hole.media) : undefined
  if (part === undefined) return [valueText(value, { kind: 'json' }, hole, undefined)]
  return hole.quoted ? ['"', part, '"'] : [part]
}

const partOf = (value: unknown, media: ValueHole['media']): ContentPart | undefined => {
  const given = rowOf(typeof value === 'string' ? { url: value } : value)
  const [data, format] = [textAt(given, 'data'), textAt(given, 'audio_format') ?? textAt(given, 'format')]
  if (media === 'image') return image(textAt(given, 'url'))
  if (media === 'audio') return data === undefined || format === undefined ? undefined : { type: 'audio', data, format }
  return file(
    textAt(given, 'filename') ?? textAt(given, 'name'),
    textAt(given, 'file_data') ?? data,
    textAt(given, 'file_id'),
  )
}

/** The parts a saved demo kept, in OpenAI's shape. */
const savedParts = (text: string): ContentPart[] | undefined => {
  try {
    const parsed: unknown = parseJson(text)
    const parts = Array.isArray(parsed) ? parsed.map(savedPart) : []
    return parts.every(part => part !== undefined) ? parts : undefined
  } catch {
    return undefined // Not what a saved demo has: it is text.
  }
}

const savedPart = (value: unknown): ContentPart | undefined => {
  const part = rowOf(value)
  const inner = (key: string): Row => rowOf(part[key])
  switch (part.type) {
    case 'image_url':
      return image(textAt(inner('image_url'), 'url'))
    case 'input_audio':
      return partOf(part.input_audio, 'audio')
    case 'file':
      return partOf(part.file, 'file')
    case 'text': {
      const text = textAt(part, 'text')
      return text === undefined ? undefined : { type: 'text', text }
    }
    default:
      return undefined
  }
}

type Row = Readonly<Record<string, unknown>>

const image = (url: string | undefined): ContentPart | undefined =>
  url === undefined ? undefined : { type: 'image', url }

const file = (name: string | undefined, data: string | undefined, fileId: string | undefined): ContentPart => ({
  type: 'file',
  ...(name === undefined ? {} : { name }),
  ...(data === undefined ? {} : { data }),
  ...(fileId === undefined ? {} : { fileId }),
})

const rowOf = (value: unknown): Row => (typeof value === 'object' && value !== null ? { ...value } : {})

const textAt = (row: Row, key: string): string | undefined => {
  const value = row[key]
  return typeof value === 'string' ? value : undefined
}
