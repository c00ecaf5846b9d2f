import { escapeXml } from './xml-text.ts'

/** A tag found in a text: `<name …>`, `</name>` or `<name …/>`, and how many characters it takes. */
export interface XmlTag {
  readonly kind: 'open' | 'close' | 'empty'
  readonly name: string
  readonly length: number
  /** The value of its attribute `key`; every other attribute is passed over. */
  readonly key?: string
}

/** Longer than any tag that is meant as one: keeps what a stream holds back small. */
const longest = 300

/**
 * Reads a tag that begins at `start`, where a `<` stands.
 *
 * `partial` means the text ends before one can tell. Looks at `longest` characters at most. Attributes need a value:
 * `<b or not>` is no tag.
 */
export const readTag = (text: string, start: number): XmlTag | 'partial' | undefined => {
  const end = Math.min(text.length, start + longest)
  const cut = end === text.length && end - start < longest ? 'partial' : undefined
  let at = start + 1
  const blanks = (): void => {
    while (at < end && isBlank(text.charCodeAt(at))) at += 1
  }
  const word = (): string => {
    const from = at
    while (at < end && isNameUnit(text.charCodeAt(at))) at += 1
    return text.slice(from, at)
  }
  const closing = text.charAt(at) === '/'
  if (closing) at += 1
  if (at >= end) return cut
  if (!isNameStart(text.charCodeAt(at))) return undefined
  const name = word()
  let key: string | undefined
  for (;;) {
    const before = at
    blanks()
    if (at >= end) return cut
    const unit = text.charAt(at)
    if (unit === '>') {
      at += 1
      const tag: XmlTag = { kind: closing ? 'close' : 'open', name, length: at - start }
      return key === undefined ? tag : { ...tag, key }
    }
    if (unit === '/' && !closing) {
      if (at + 1 >= end) return cut
      return text.charAt(at + 1) === '>' ? { kind: 'empty', name, length: at + 2 - start } : undefined
    }
    if (closing || before === at || !isNameStart(text.charCodeAt(at))) return undefined
    const attribute = word()
    blanks()
    if (at >= end) return cut
    if (text.charAt(at) !== '=') return undefined
    at += 1
    blanks()
    if (at >= end) return cut
    const quote = text.charAt(at)
    if (quote !== '"' && quote !== "'") return undefined
    const close = text.slice(at + 1, end).indexOf(quote)
    if (close < 0) return cut
    if (attribute === 'key') key = text.slice(at + 1, at + 1 + close)
    at += close + 2
  }
}

/** Whether a name can stand in a tag. */
export const isXmlName = (name: string): boolean =>
  name !== '' && isNameStart(name.charCodeAt(0)) && [...name].every(unit => isNameUnit(unit.charCodeAt(0)))

/** What stands in the tags of a name; one that cannot be a tag's is the key of an entry. */
export const tagsOf = (name: string): readonly [open: string, close: string] =>
  isXmlName(name) ? [name, name] : [`entry key="${escapeXml(name).replaceAll('"', '&quot;')}"`, 'entry']

const isBlank = (code: number): boolean => code === 32 || code === 10 || code === 9 || code === 13

const isNameStart = (code: number): boolean =>
  (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || code === 95 || code > 127

// Digits, the hyphen, the full stop and the colon go on in a name.
const isNameUnit = (code: number): boolean => isNameStart(code) || (code >= 45 && code <= 58 && code !== 47)
