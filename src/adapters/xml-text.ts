/** The text between CDATA marks is taken as it is. */
export const cdata = { open: '<![CDATA[', close: ']]>' } as const
export const comment = { open: '<!--', close: '-->' } as const

/** The longest reference there is: `&#x10FFFF;`. */
const longestReference = 10

const named: ReadonlyMap<string, string> = new Map([
  ['amp', '&'],
  ['lt', '<'],
  ['gt', '>'],
  ['quot', '"'],
  ['apos', "'"],
])

/**
 * Reads a character reference that begins at `at`, where an `&` stands: the five names of XML and code points. Nothing
 * else has a meaning, for there are no declarations: it stays as it is written.
 */
export const readReference = (
  text: string,
  at: number,
): { readonly text: string; readonly length: number } | 'partial' | undefined => {
  const written = text.slice(at, at + longestReference)
  const end = written.indexOf(';')
  if (end < 0) return at + written.length === text.length && isBeginning(written) ? 'partial' : undefined
  const name = written.slice(1, end)
  const character = name.startsWith('#') ? codePoint(name.slice(1)) : named.get(name)
  return character === undefined ? undefined : { text: character, length: end + 1 }
}

/** The text that markup stands for: references and CDATA resolved, comments left out, tags as they are. */
export const decodeXml = (markup: string): string => {
  let out = ''
  let at = 0
  while (at < markup.length) {
    const next = nextMark(markup, at)
    out += markup.slice(at, next)
    at = next
    if (at >= markup.length) break
    const reference = markup.charAt(at) === '&' ? readReference(markup, at) : undefined
    if (typeof reference === 'object') {
      out += reference.text
      at += reference.length
    } else if (markup.startsWith(cdata.open, at)) {
      const end = markup.indexOf(cdata.close, at)
      out += markup.slice(at + cdata.open.length, end < 0 ? undefined : end)
      at = end < 0 ? markup.length : end + cdata.close.length
    } else if (markup.startsWith(comment.open, at)) {
      const end = markup.indexOf(comment.close, at)
      at = end < 0 ? markup.length : end + comment.close.length
    } else {
      out += markup.charAt(at)
      at += 1
    }
  }
  return out
}

/** Where the next `<` or `&` stands, or the end. */
export const nextMark = (text: string, from: number): number => {
  let at = from
  while (at < text.length) {
    const code = text.charCodeAt(at)
    if (code === 60 || code === 38) return at
    at += 1
  }
  return at
}

/**
 * Text as the content of an element, read back as it was: only what would be read as something else is escaped, so that
 * `a < b && c` stays readable. Inside nested elements every tag is something else, in a field of text only its own.
 */
export const escapeXml = (text: string, field?: string): string =>
  text.replace(/[&<]/g, (mark, at: number) => {
    if (mark === '&') return typeof readReference(text, at) === 'object' ? '&amp;' : mark
    const rest = text.slice(at + 1, at + 2 + (field?.length ?? 0))
    const isMark = rest.startsWith('!') || (field === undefined ? /^[/\p{L}_]/u.test(rest) : isOwnTag(rest, field))
    return isMark ? '&lt;' : mark
  })

const isOwnTag = (rest: string, field: string): boolean => rest.startsWith(field) || rest === `/${field}`

/** Whether more text could make a reference of it. */
const isBeginning = (written: string): boolean =>
  written.startsWith('&#') || [...named.keys()].some(name => name.startsWith(written.slice(1)))

const codePoint = (digits: string): string | undefined => {
  const hex = digits.startsWith('x') || digits.startsWith('X')
  if (!(hex ? /^.[0-9a-f]+$/i : /^[0-9]+$/).test(digits)) return undefined
  const code = hex ? Number.parseInt(digits.slice(1), 16) : Number(digits)
  return code === 0 || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff) ? undefined : String.fromCodePoint(code)
}
