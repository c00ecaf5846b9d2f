import { type JsonObject, textOf, type WireMessage } from './wire-message.ts'

export type AnswerShape = 'sections' | 'object' | 'plain'

/** A prompt as a model sees it. */
export interface PromptRead {
  /** Everything said before the first turn. */
  readonly system: string
  /** Questions with the answers shown to them. */
  readonly turns: readonly { readonly user: string; readonly assistant: string }[]
  /** What is asked now. */
  readonly last: string
  /** The fields the answer should have, in their order; none where the answer is free text. */
  readonly asked: readonly string[]
  readonly shape: AnswerShape
}

const inlineMarker = /\[\[ ## ([\w.]+) ## \]\]/g
const headMarker = /^\[\[ ## ([\w.]+) ## \]\]/gm
const ticked = /`([A-Za-z_]\w*)`/g
const key = /"([A-Za-z_]\w*)"\s*:/g

export const readPrompt = (messages: readonly WireMessage[], schema: JsonObject | undefined): PromptRead => {
  let system = ''
  let open = ''
  const turns: { user: string; assistant: string }[] = []
  for (const message of messages) {
    const text = textOf(message)
    if (message.role === 'system' || message.role === 'developer') system += `${text}\n`
    else if (message.role === 'assistant') {
      turns.push({ user: open, assistant: text })
      open = ''
    } else open += open === '' ? text : `\n${text}`
  }
  return { system, turns, last: open, ...request(system, open, schema) }
}

/** What shape the answer should have, and which fields. */
const request = (
  system: string,
  last: string,
  schema: JsonObject | undefined,
): { readonly shape: AnswerShape; readonly asked: readonly string[] } => {
  const properties = schema?.properties
  if (typeof properties === 'object' && properties !== null) return { shape: 'object', asked: Object.keys(properties) }
  const closing = last.slice(last.lastIndexOf('\n\n') + 1)
  const reminded = found(inlineMarker, closing).filter(name => name !== 'completed')
  if (reminded.length > 0 && !closing.trimStart().startsWith('[[ ##')) return { shape: 'sections', asked: reminded }
  if (closing.includes('JSON')) {
    const names = found(ticked, closing)
    return {
      shape: 'object',
      asked: names.length > 0 ? names : found(key, system.slice(system.lastIndexOf('\n{\n') + 1)),
    }
  }
  const given = new Set(found(headMarker, last))
  const asked = found(headMarker, system).filter(name => name !== 'completed' && !given.has(name))
  return asked.length > 0 ? { shape: 'sections', asked } : { shape: 'plain', asked: [] }
}

/** The value of a field in an answer, sections or JSON. */
export const fieldOf = (answer: string, field: string): string | undefined => {
  const start = answer.indexOf(`[[ ## ${field} ## ]]`)
  if (start >= 0) {
    const from = start + field.length + 12
    const end = answer.indexOf('[[ ## ', from)
    return answer.slice(from, end < 0 ? undefined : end).trim()
  }
  const open = answer.indexOf('{')
  if (open < 0) return undefined
  try {
    const value: unknown = JSON.parse(answer.slice(open, answer.lastIndexOf('}') + 1))
    return typeof value === 'object' && value !== null && field in value
      ? String((value as JsonObject)[field])
      : undefined
  } catch {
    return undefined
  }
}

/** An answer in the shape asked for. */
export const writeAnswer = (shape: AnswerShape, values: Readonly<Record<string, unknown>>): string => {
  if (shape === 'object') return JSON.stringify(values)
  const entries = Object.entries(values)
  if (shape === 'plain') return entries.map(([, value]) => said(value)).join('\n')
  return `${entries.map(([name, value]) => `[[ ## ${name} ## ]]\n${said(value)}\n\n`).join('')}[[ ## completed ## ]]`
}

const said = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value))

const found = (pattern: RegExp, text: string): readonly string[] => [
  ...new Set([...text.matchAll(pattern)].map(([, name]) => name ?? '')),
]
