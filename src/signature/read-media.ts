import { type AudioData, audio } from '../data/audio.ts'
import type { DocumentText } from '../data/document.ts'
import { type FileData, file } from '../data/file.ts'
import { type ImageAddress, image } from '../data/image.ts'
import { isRow, textIn } from './row.ts'

/** An image in any of its forms: an address, ours, that of DSPy or of a provider's message part. */
export const readImage = (value: unknown): ImageAddress | undefined => {
  if (typeof value === 'string') return /^(?:https?|gs|data):/i.test(value) ? { url: value } : undefined
  if (!isRow(value)) return undefined
  const { bytes, mediaType, detail } = value
  if (bytes instanceof Uint8Array) return typeof mediaType === 'string' ? image(bytes, mediaType) : undefined
  if (value.image_url !== undefined) return readImage(value.image_url)
  const url = textIn(value, 'url')
  if (url === undefined) return undefined
  return detail === 'low' || detail === 'high' || detail === 'auto' ? { url, detail } : { url }
}

/** A recording in any of its forms. */
export const readAudio = (value: unknown): AudioData | undefined => {
  if (typeof value === 'string') return audioUri(value)
  if (!isRow(value)) return undefined
  if (value.input_audio !== undefined) return readAudio(value.input_audio)
  const format = textIn(value, 'format', 'audio_format')
  if (value.bytes instanceof Uint8Array) return format === undefined ? undefined : audio(value.bytes, format)
  const data = textIn(value, 'data')
  return data === undefined ? undefined : format === undefined ? audioUri(data) : { data, format }
}

const audioUri = (uri: string): AudioData | undefined => {
  const comma = uri.indexOf(',')
  const head = uri.slice(0, Math.max(0, comma)).toLowerCase()
  if (!head.startsWith('data:audio/') || !head.endsWith(';base64')) return undefined
  const [format = ''] = head.slice('data:audio/'.length).split(';')
  return {
    data: uri.slice(comma + 1),
    format: formats.get(format) ?? (format.startsWith('x-') ? format.slice(2) : format),
  }
}

/** Media types whose providers know another name. */
const formats: ReadonlyMap<string, string> = new Map([
  ['mpeg', 'mp3'],
  ['wave', 'wav'],
  ['vnd.wave', 'wav'],
])

/** A file in any of its forms. */
export const readFile = (value: unknown): FileData | undefined => {
  if (typeof value === 'string') return /^data:/i.test(value) ? { data: value } : undefined
  if (!isRow(value)) return undefined
  if (isRow(value.file)) return readFile(value.file)
  const name = textIn(value, 'name', 'filename')
  const { bytes, mediaType } = value
  if (bytes instanceof Uint8Array) return typeof mediaType === 'string' ? file(bytes, mediaType, name) : undefined
  const data = textIn(value, 'data', 'file_data')
  const fileId = textIn(value, 'fileId', 'file_id')
  if (data === undefined && fileId === undefined) return undefined
  return {
    ...(name !== undefined && { name }),
    ...(data !== undefined && { data }),
    ...(fileId !== undefined && { fileId }),
  }
}

/** A document in any of its forms. */
export const readDocument = (value: unknown): DocumentText | undefined => {
  if (typeof value === 'string') return { text: value }
  if (!isRow(value)) return undefined
  const source = isRow(value.source) ? value.source : value
  const text = textIn(source, 'text', 'data')
  if (text === undefined) return undefined
  const title = textIn(value, 'title')
  const context = textIn(value, 'context')
  return {
    text,
    ...(title !== undefined && { title }),
    ...(textIn(source, 'mediaType', 'media_type') === 'application/pdf' && { mediaType: 'application/pdf' as const }),
    ...(context !== undefined && { context }),
  }
}
