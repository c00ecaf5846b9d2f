import type { JsonValue } from '../data/json.ts'
import { tryJson } from './loose-json.ts'

/** Who is told what the scanner finds. */
export interface ObjectListener {
  /** More of the text of a value, without quotes and escapes. */
  text(key: string, piece: string): void
  /** A value is complete; `raw` is how it was written, absent for text, of which every piece was told. */
  value(key: string, value: JsonValue, raw?: string): void
}

/** `broken` when it is not the JSON it would have to be: nothing is told from there on. */
export type ScanState = 'open' | 'closed' | 'broken'

/**
 * Reads the inside of one JSON object, from after its brace, in pieces of any size. Lenient where there is no doubt: line
 * breaks in a text, an escape that means nothing, a comma too many.
 *
 * Blanks and commas at the end of a text are told with what follows: where the closing quote was forgotten they are none
 * of it.
 *
 * @throws DataError `data/unsafe` for a value with keys that could reach a prototype
 */
export const objectScanner = (listener: ObjectListener): { push(piece: string): ScanState } => {
  let state: 'key or end' | 'key' | 'colon' | 'value' | 'text' | 'comma' | 'raw' | 'closed' | 'broken' = 'key or end'
  let key = ''
  let text = ''
  /** The end of the text that is not told yet. */
  let held = ''
  let raw = ''
  let depth = 0
  let inString = false
  let escaped = ''

  const tell = (piece: string): void => {
    const end = certainLength(piece)
    if (end === 0) held += piece
    else {
      const certain = held + piece.slice(0, end)
      held = piece.slice(end)
      text += certain
      listener.text(key, certain)
    }
  }

  /** The text of one more unit of an escape; nothing while it goes on. */
  const unescaped = (unit: string): string => {
    escaped += unit
    const name = escaped.charAt(1)
    if (name !== 'u') {
      escaped = ''
      return simpleEscapes.get(name) ?? name
    }
    if (escaped.length < 6) return ''
    const code = Number.parseInt(escaped.slice(2), 16)
    escaped = ''
    return String.fromCharCode(code)
  }

  /** Goes on in a key or text from `at`; gives the place after what was read. */
  const inQuotes = (piece: string, at: number, add: (text: string) => void): number => {
    if (escaped === '') {
      let end = at
      while (end < piece.length && piece.charAt(end) !== '"' && piece.charAt(end) !== '\\') end += 1
      if (end > at) add(piece.slice(at, end))
      if (end < piece.length && piece.charAt(end) === '\\') escaped = '\\'
      else if (end < piece.length) closeQuotes()
      return end + 1
    }
    const unit = piece.charAt(at)
    if (escaped.length > 1 && !/[0-9a-f]/i.test(unit)) {
      add(escaped.slice(1)) // no code after all
      escaped = ''
      return at
    }
    const found = unescaped(unit)
    if (found !== '') add(found)
    return at + 1
  }

  const closeQuotes = (): void => {
    state = state === 'key' ? 'colon' : 'comma'
  }

  const endText = (): void => {
    if (held !== '') listener.text(key, held)
    listener.value(key, text + held)
    text = ''
    held = ''
  }

  const endRaw = (): boolean => {
    const written = raw.trimEnd()
    const json = tryJson(written)
    if (json !== undefined) listener.value(key, json.value, written)
    raw = ''
    return json !== undefined
  }

  const step = (unit: string): void => {
    switch (state) {
      case 'key or end':
        if (isBlank(unit)) return
        key = ''
        state = unit === '"' ? 'key' : unit === '}' ? 'closed' : 'broken'
        return
      case 'colon':
        if (!isBlank(unit)) state = unit === ':' ? 'value' : 'broken'
        return
      case 'value':
        if (isBlank(unit)) return
        depth = 0
        state = unit === '"' ? 'text' : 'raw'
        if (state === 'raw') step(unit)
        return
      case 'comma':
        if (isBlank(unit)) return
        if (unit !== ',' && unit !== '}') {
          state = 'broken'
          return
        }
        endText()
        state = unit === ',' ? 'key or end' : 'closed'
        return
      case 'raw':
        if (!inString && depth === 0 && (unit === ',' || unit === '}')) {
          state = !endRaw() ? 'broken' : unit === ',' ? 'key or end' : 'closed'
          return
        }
        if (inString) {
          if (escaped !== '') escaped = ''
          else if (unit === '\\') escaped = unit
          else if (unit === '"') inString = false
        } else if (unit === '"') inString = true
        else if (unit === '{' || unit === '[') depth += 1
        else if (unit === '}' || unit === ']') depth -= 1
        raw += unit
        return
      default:
        return
    }
  }

  return {
    push(piece) {
      let at = 0
      while (at < piece.length && state !== 'broken' && state !== 'closed') {
        if (state === 'key') {
          at = inQuotes(piece, at, part => {
            key += part
          })
        } else if (state === 'text') at = inQuotes(piece, at, tell)
        else step(piece.charAt(at++))
      }
      return state === 'broken' || state === 'closed' ? state : 'open'
    },
  }
}

/** The length without what is told later: half a surrogate pair, or blanks and commas. */
const certainLength = (piece: string): number => {
  if (/[\uD800-\uDBFF]/.test(piece.slice(-1))) return piece.length - 1
  let end = piece.length
  while (end > 0 && (piece.charAt(end - 1) === ',' || piece.charAt(end - 1).trim() === '')) end -= 1
  return end
}

const simpleEscapes: ReadonlyMap<string, string> = new Map([
  ['n', '\n'],
  ['t', '\t'],
  ['r', '\r'],
  ['b', '\b'],
  ['f', '\f'],
])

const isBlank = (unit: string): boolean => unit === ' ' || unit === '\n' || unit === '\t' || unit === '\r'
