import type { JsonValue } from '../data/json.ts'
import { isObject } from '../data/json-shape.ts'
import type { Redact } from '../data/redaction.ts'
import { ToolError } from '../errors/tool-error.ts'
import { plainJson } from './plain-json.ts'
import type { SchemaChecker } from './schema-checker.ts'

export interface ReadResult {
  /** The tool, by the name its server has for it. */
  readonly tool: string
  readonly server: string
  readonly redact: Redact
  /** Holds structured results to what the server says they are. */
  readonly check: SchemaChecker | undefined
}

/**
 * What a server's answer says: its structured content, else its one text, else the list of its texts, else the list of
 * its parts. Pictures and sound are parts as in messages: `{ type: 'image', url: 'data:…' }`.
 *
 * @throws ToolError `tool/failed` with the server's text as its cause when the server says it failed, `tool/server` when
 * the answer is none
 */
export const readMcpResult = (answer: unknown, { tool, server, redact, check }: ReadResult): JsonValue => {
  const plain = plainJson(answer)
  if ('problem' in plain || !isObject(plain.value)) throw brokenProtocol(tool, server, 'with no object')
  const { content, structuredContent, isError } = plain.value
  const parts = (Array.isArray(content) ? content : []).map(partOf)
  const texts = parts.filter(part => typeof part === 'string')
  if (isError === true) {
    throw new ToolError('tool/failed', `The tool '${tool}' of the MCP server ${server} reported an error.`, {
      tool,
      cause: new Error(redact(texts.join('\n')).slice(0, 2_000)),
    })
  }
  if (structuredContent !== undefined) {
    const problem = check?.(structuredContent)
    if (problem === undefined) return structuredContent
    throw brokenProtocol(tool, server, `that is not what it declared ('${problem.path}': ${problem.problem})`)
  }
  if (texts.length < parts.length) return parts.map(part => (typeof part === 'string' ? textPart(part) : part))
  return texts.length === 1 ? (texts[0] ?? '') : texts
}

const textPart = (text: string): JsonValue => ({ type: 'text', text })

/** A piece of content, as a part of a message where messages have such; a text is just that. */
const partOf = (part: JsonValue): JsonValue => {
  if (!isObject(part)) return part
  const { type, text, data, mimeType, resource } = part
  if (type === 'text' && typeof text === 'string') return text
  if (type === 'image' && typeof data === 'string') return { type, url: `data:${mimeOf(mimeType)};base64,${data}` }
  if (type === 'audio' && typeof data === 'string') {
    return { type, data, format: mimeOf(mimeType).split('/')[1] ?? 'wav' }
  }
  if (type === 'resource' && isObject(resource)) return { type, ...resource }
  const { _meta, annotations, ...rest } = part
  return rest
}

const mimeOf = (type: JsonValue | undefined): string =>
  typeof type === 'string' ? type.replaceAll(/[^\w.+/-]/g, '') : 'application/octet-stream'

const brokenProtocol = (tool: string, server: string, how: string): ToolError =>
  new ToolError('tool/server', `The MCP server ${server} answered a call of '${tool}' ${how}. Ask who runs it.`, {
    tool,
  })
