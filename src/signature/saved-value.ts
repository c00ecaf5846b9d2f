import type { AudioData } from '../data/audio.ts'
import type { Citation, DocumentText } from '../data/document.ts'
import type { FileData } from '../data/file.ts'
import type { ImageAddress } from '../data/image.ts'
import type { ToolCallResult, ToolCallValue } from '../data/tool-values.ts'
import type { FieldType } from './field-type.ts'
import { readSpecial } from './read-special.ts'
import { isRow } from './row.ts'
import { specialName } from './special-types.ts'

/**
 * A value of a demo as DSPy 3.4.1 writes it into its files, so that it shows what we show: media as message parts between
 * marks, calls and results under their names. `readSpecial` reads all of it back. What is no special value stays as it is.
 */
export const savedValue = (type: FieldType, value: unknown): unknown => {
  switch (type.kind) {
    case 'special':
      return savedSpecial(type, value)
    case 'list':
    case 'set':
      return Array.isArray(value) || value instanceof Set ? [...value].map(item => savedValue(type.items, item)) : value
    case 'tuple':
      return Array.isArray(value)
        ? value.map((item, index) => savedValue(type.items[index] ?? type.rest ?? { kind: 'json' }, item))
        : value
    case 'record':
      return mapped(value, (_, part) => savedValue(type.values, part))
    case 'object':
      return mapped(value, (key, part) => {
        const property = type.properties.find(({ name }) => name === key)
        return property === undefined ? part : savedValue(property.type, part)
      })
    case 'union': {
      const saved = type.members.map(member => savedValue(member, value))
      return saved.find(one => one !== value) ?? value
    }
    default:
      return value
  }
}

const mapped = (value: unknown, change: (key: string, part: unknown) => unknown): unknown =>
  isRow(value) && !(value instanceof Uint8Array)
    ? Object.fromEntries(Object.entries(value).map(([key, part]) => [key, change(key, part)]))
    : value

const savedSpecial = (type: FieldType, value: unknown): unknown => {
  const name = specialName(type) ?? ''
  const read = readSpecial(name, value)
  if (read === undefined) return value
  switch (name) {
    case 'Image': {
      const { url, detail } = read as ImageAddress
      return marked([{ type: 'image_url', image_url: { url, detail } }])
    }
    case 'Audio':
      return marked([{ type: 'input_audio', input_audio: read as AudioData }])
    case 'File': {
      const { data, fileId, name: filename } = read as FileData
      return marked([{ type: 'file', file: { file_data: data, file_id: fileId, filename } }])
    }
    case 'Document':
      return marked([documentPart(read as DocumentText)])
    case 'Citations':
      return marked((read as readonly Citation[]).map(citationPart))
    case 'ToolCalls':
      return { tool_calls: (read as readonly ToolCallValue[]).map(({ name: tool, args }) => ({ name: tool, args })) }
    case 'ToolCallResults':
      return { tool_call_results: (read as readonly ToolCallResult[]).map(savedResult) }
    case 'History':
      return { messages: read }
    case 'Code':
    case 'Reasoning':
      return read
    default:
      return value
  }
}

const marked = (parts: readonly object[]): string =>
  `<<CUSTOM-TYPE-START-IDENTIFIER>>${JSON.stringify(parts)}<<CUSTOM-TYPE-END-IDENTIFIER>>`

const documentPart = ({ text, title, mediaType = 'text/plain', context }: DocumentText): object => ({
  type: 'document',
  source: { type: mediaType === 'text/plain' ? 'text' : 'base64', media_type: mediaType, data: text },
  citations: { enabled: true },
  title,
  context,
})

const citationPart = (citation: Citation): object => ({
  type: 'char_location',
  cited_text: citation.citedText,
  document_index: citation.documentIndex,
  start_char_index: citation.startCharIndex,
  end_char_index: citation.endCharIndex,
  document_title: citation.documentTitle,
  supported_text: citation.supportedText,
})

const savedResult = ({ callId, name, value, isError }: ToolCallResult): object => ({
  call_id: callId ?? null,
  name,
  value,
  is_error: isError ?? false,
})
