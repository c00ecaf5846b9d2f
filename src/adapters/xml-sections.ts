import type { FieldDelta, StreamParser } from '../ports/adapter.ts'
import { readTag, type XmlTag } from './xml-tag.ts'
import { cdata, comment, nextMark, readReference } from './xml-text.ts'

/** How a field stands between its tags: as text, as markup of its own, or as markup in several sections, one an item. */
export type XmlContent = 'text' | 'markup' | 'items'

export interface XmlSections extends StreamParser {
  /** The sections of a field, in order; none while it has not begun. */
  read(name: string): readonly string[]
}

/** What stands before an answer and is no part of it, where no field is called so. */
const thoughts: ReadonlySet<string> = new Set(['think', 'thinking'])

/**
 * Splits an XML answer into its fields while it arrives. A field begins at its first opening tag and ends at the closing
 * tag that belongs to it, or with the answer; other text and other tags around fields are passed over, attributes too.
 * Text is told with its references and CDATA resolved, everything else as it is written; blanks around it are dropped.
 *
 * No declaration is read and nothing is ever fetched or expanded. Reading a complete answer is pushing it in one piece, so
 * a stream and a complete answer always agree.
 */
export const xmlSections = (fields: ReadonlyMap<string, XmlContent>): XmlSections => {
  const sections = new Map<string, string[]>()
  let out: FieldDelta[] = []
  let pending = ''
  /** Between the marks of CDATA, in a comment, or in a thought: the mark that ends it. */
  let until: string | undefined
  /** What a comment inside a field holds: it is text after all if the field ends before the comment does. */
  let commented = ''
  let field: { readonly name: string; readonly content: XmlContent; readonly counts: boolean } | undefined
  let depth = 0
  let begun = false
  /** What belongs to the value only if more of it follows: blanks, a fence, a closing tag of the field inside it. */
  let held = ''
  let fenced = false
  /** The last characters outside of fields, and whether words stand before a tag in its line. */
  let before = ''
  let inWords = false
  /** A tag among words may be no more than talked about: its field is told when a closing tag says that it is one. */
  let unsure: { readonly deltas: FieldDelta[]; again?: number; isLineStart: boolean; isSure?: boolean } | undefined
  /** What came, for an answer that talks about a tag and then uses it: the rest of such a one is read again, once. */
  const pieces: string[] = []
  let consumed = 0
  let isReadAgain = false

  const tell = (text: string): void => {
    if (field === undefined || !field.counts || text === '') return
    const list = sections.get(field.name) ?? []
    const delta = (begun ? text : text.trimStart()).replace(/\r\n?/g, '\n')
    if (delta === '') return
    const first = !begun && list.length > 1
    begun = true
    list.push((list.pop() ?? '') + delta)
    const told = unsure?.deltas ?? out
    told.push({ field: field.name, delta: first ? `\n${delta}` : delta })
  }

  const content = (text: string): void => {
    if (field === undefined) {
      if ((before + text).includes('```')) fenced = true
      before = (before + text).slice(-3)
      const line = text.slice(text.lastIndexOf('\n') + 1).trim()
      inWords = line === '' ? inWords && !text.includes('\n') : !line.endsWith('>')
      return
    }
    if (unsure !== undefined) {
      const line = text.slice(text.lastIndexOf('\n') + 1)
      unsure.isLineStart = line.trim() === '' && (unsure.isLineStart || text.includes('\n'))
    }
    let end = text.trimEnd().length
    if (fenced) while (end > 0 && /[`\s]/.test(text.charAt(end - 1))) end -= 1
    if (end === 0) held += text
    else {
      tell(held + text.slice(0, end))
      held = text.slice(end)
    }
  }

  const open = (name: string): void => {
    const kind = fields.get(name) ?? 'text'
    const list = sections.get(name)
    field = { name, content: kind, counts: list === undefined || kind === 'items' }
    if (list === undefined) sections.set(name, [''])
    else if (field.counts) list.push('')
    unsure = inWords && field.counts && !isReadAgain ? { deltas: [], isLineStart: false } : undefined
    depth = 1
    begun = false
    held = ''
  }

  const close = (last = held.trimEnd()): void => {
    tell(last)
    if (unsure !== undefined) out.push(...unsure.deltas)
    unsure = undefined
    field = undefined
    held = ''
    before = ''
    inWords = false
  }

  const isCode = (): boolean => before.endsWith('`') && before !== '```'

  const tag = (found: XmlTag, written: string, place: number): void => {
    if (field === undefined) {
      if (found.kind !== 'close' && fields.has(found.name) && !isCode()) {
        open(found.name)
        if (found.kind === 'empty') close()
      } else if (found.kind === 'open' && thoughts.has(found.name) && sections.size === 0) until = `</${found.name}>`
      else content(written)
    } else if (found.name !== field.name || found.kind === 'empty') content(written)
    else if (found.kind === 'open') {
      depth += 1
      // The first one that begins a line, else the last.
      if (unsure !== undefined && unsure.isSure !== true) {
        unsure.again = place
        unsure.isSure = unsure.isLineStart
      }
      content(written)
    } else {
      depth -= 1
      if (depth === 0) close()
      else held += written
    }
  }

  /** Reads what begins with `<` or `&` at `at`; gives its length, 0 while it cannot be told. */
  const mark = (at: number, final: boolean): number => {
    if (pending.charAt(at) === '&') {
      const reference = field?.content === 'text' ? readReference(pending, at) : undefined
      if (reference === 'partial' && !final) return 0
      const found = typeof reference === 'object' ? reference : { text: '&', length: 1 }
      content(found.text)
      return found.length
    }
    for (const special of [cdata, comment]) {
      if (special === cdata && field === undefined) continue
      if (pending.startsWith(special.open, at)) {
        until = special.close
        if (special === cdata && field?.content !== 'text') content(special.open)
        else if (special === comment) commented = special.open
        return special.open.length
      }
      if (!final && special.open.startsWith(pending.slice(at))) return 0
    }
    const found = readTag(pending, at)
    if (found === 'partial' && !final) return 0
    if (typeof found === 'object') {
      tag(found, pending.slice(at, at + found.length), consumed + at)
      return found.length
    }
    if (found === 'partial' && field !== undefined && isCutClose(pending.slice(at), field.name))
      return pending.length - at
    content('<')
    return 1
  }

  /** Goes on to the end of CDATA, of a comment or of a thought; gives the place after what was read. */
  const skip = (at: number, mark: string, final: boolean): number => {
    const end = pending.indexOf(mark, at)
    const inCdata = mark === cdata.close
    const closing = mark === comment.close && field !== undefined ? closingTag(pending, at, field.name) : -1
    if (closing >= 0 && (end < 0 || closing < end)) {
      content(commented + pending.slice(at, closing))
      until = undefined
      return closing
    }
    const keep = final ? 0 : (field === undefined ? mark.length : Math.max(mark.length, field.name.length + 2)) - 1
    const stop = end < 0 ? Math.max(at, pending.length - keep) : end
    const text = pending.slice(at, stop)
    if (inCdata) content(text)
    else if (field !== undefined) commented += text
    if (end < 0) {
      if (final && mark === comment.close) content(commented)
      return stop
    }
    if (inCdata && field?.content !== 'text') content(mark)
    until = undefined
    return end + mark.length
  }

  const advance = (final: boolean): void => {
    let at = 0
    while (at < pending.length) {
      if (until !== undefined) {
        const next = skip(at, until, final)
        if (next === at && until !== undefined) break
        at = next
        continue
      }
      const next = nextMark(pending, at)
      if (next > at) content(pending.slice(at, next))
      at = next
      if (at >= pending.length) break
      const length = mark(at, final)
      if (length === 0) break
      at += length
    }
    consumed += at
    pending = pending.slice(at)
  }

  /** Takes the tag that opened the field for a word, and reads on where it stands again. */
  const readAgain = (name: string, place: number): void => {
    const list = sections.get(name) ?? []
    if (list.length > 1) list.pop()
    else sections.delete(name)
    isReadAgain = true
    unsure = undefined
    field = undefined
    until = undefined
    consumed = place
    pending = pieces.join('').slice(place)
    advance(true)
  }

  /** What is left of a value that no closing tag ends. */
  const rest = (): string => {
    let text = held.trimEnd()
    if (fenced && text.endsWith('```')) text = text.slice(0, -3).trimEnd()
    return text.endsWith('>') ? text.slice(0, text.lastIndexOf('</')).trimEnd() : text
  }

  return {
    push(delta) {
      pieces.push(delta)
      pending += delta
      out = []
      advance(false)
      return out
    },
    end() {
      out = []
      advance(true)
      if (field !== undefined && unsure?.again !== undefined) readAgain(field.name, unsure.again)
      if (field !== undefined) close(rest())
      return out
    },
    read: name => sections.get(name) ?? [],
  }
}

/** Where the closing tag of a field begins. */
const closingTag = (text: string, from: number, name: string): number => text.indexOf(`</${name}`, from)

/** Whether an answer ends in the middle of the closing tag of a field. */
const isCutClose = (rest: string, name: string): boolean =>
  rest.length > 1 && (rest.trimEnd() === `</${name}` || `</${name}`.startsWith(rest))
