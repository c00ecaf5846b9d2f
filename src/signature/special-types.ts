import type { FieldType } from './field-type.ts'

interface SpecialType {
  /** How the type is named to a model. */
  readonly shown: string
  /** How a value is written, for whoever gave another. */
  readonly expected: string
}

/** The types that are more than JSON, by the name that `dspy.` may stand before. */
export const specialTypes: ReadonlyMap<string, SpecialType> = new Map<string, SpecialType>([
  ['Audio', { shown: 'audio', expected: 'audio: a data URI, { data, format }, or audio(bytes, format)' }],
  [
    'Citations',
    { shown: '{ documentIndex: integer, citedText: string }[]', expected: 'citations: [{ documentIndex, citedText }]' },
  ],
  ['Code', { shown: 'code', expected: 'code: text' }],
  ['Document', { shown: 'document', expected: 'a document: text, or document(text, title)' }],
  ['File', { shown: 'file', expected: 'a file: a data URI, { fileId }, or file(bytes, mediaType, name)' }],
  ['History', { shown: 'earlier turns', expected: 'a history: a list of rows, or { messages }' }],
  ['Image', { shown: 'image', expected: 'an image: an https: or data: URL, { url }, or image(bytes, mediaType)' }],
  ['Reasoning', { shown: 'string', expected: 'reasoning: text' }],
  [
    'Tool',
    {
      shown: '{ name: string, description: string, parameters: JSON schema }',
      expected: 'a tool: tool(…), or { name, description, parameters }',
    },
  ],
  [
    'ToolCallResults',
    { shown: '{ name: string, value: json }[]', expected: 'tool call results: [{ callId, name, value }]' },
  ],
  [
    'ToolCalls',
    { shown: '{ name: string, args: { [key: string]: json } }[]', expected: 'tool calls: [{ name, args }]' },
  ],
])

/** The name of a special type without the `dspy.` that may stand before it; undefined for every other type. */
export const specialName = (type: FieldType): string | undefined =>
  type.kind === 'special' ? (type.name.startsWith('dspy.') ? type.name.slice(5) : type.name) : undefined

/** A special type as a model reads it. */
export const specialShown = (type: Extract<FieldType, { readonly kind: 'special' }>): string => {
  const name = specialName(type) ?? type.name
  const shown = specialTypes.get(name)?.shown ?? type.name
  return name === 'Code' && type.parameter !== undefined ? `${type.parameter} ${shown}` : shown
}
