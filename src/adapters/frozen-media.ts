import type { AudioData } from '../data/audio.ts'
import type { FileData } from '../data/file.ts'
import type { ImageAddress } from '../data/image.ts'
import type { ContentPart } from '../ports/message.ts'
import { readSpecial } from '../signature/read-special.ts'
import type { ValueHole } from './frozen-template.ts'
import { valueText } from './frozen-value.ts'

/**
 * An image, a sound or a file as a part of a message. An input has any form that such a value has; a demo of a saved state
 * keeps the part as JSON between two marks, and any other text there is text.
 */
export const mediaPieces = (value: unknown, hole: ValueHole, typed: boolean): (string | ContentPart)[] => {
  const part = typed || isSaved(value, hole) ? partOf(value, hole.media) : undefined
  if (part === undefined) return [valueText(value, { kind: 'json' }, hole, undefined)]
  return typed && hole.quoted ? ['"', part, '"'] : [part]
}

const isSaved = (value: unknown, { marks: [start, end] }: ValueHole): boolean =>
  start !== '' && typeof value === 'string' && value.startsWith(start) && value.endsWith(end)

const partOf = (value: unknown, media: ValueHole['media']): ContentPart | undefined => {
  const read = readSpecial(typeNames[media], value)
  if (read === undefined) return undefined
  switch (media) {
    case 'image':
      return { type: 'image', ...(read as ImageAddress) }
    case 'audio':
      return { type: 'audio', ...(read as AudioData) }
    case 'file':
      return { type: 'file', ...(read as FileData) }
  }
}

const typeNames = { image: 'Image', audio: 'Audio', file: 'File' } as const
