import type { FieldDelta } from '../ports/adapter.ts'
import { boldSections } from './bold-sections.ts'
import { readMarker } from './field-marker.ts'

/**
 * Splits a chat answer into its fields while it arrives. A field starts at a marker that begins a line; the first
 * section of a name counts; blanks around a value, a thought before the answer and a fence around it are dropped. Where
 * no field has a marker, bold headers are read once the answer is complete.
 *
 * Reading a complete answer is pushing it in one piece, so a stream and a complete answer always agree.
 */
export const chatSections = (wanted: ReadonlySet<string>) => {
  const seen = new Set<string>()
  let pending = ''
  let lineStart = true
  let thinking: boolean | undefined
  let fenced = false
  let fieldCount = 0
  let field: string | undefined
  /** What came before any marker. */
  let unmarked = ''
  let begun = false
  /** Blank or closing text that belongs to the value only if more of it follows. */
  let held = ''

  const open = (name: string): void => {
    fieldCount += 1
    field = wanted.has(name) && !seen.has(name) ? name : undefined
    seen.add(name)
    begun = false
    held = ''
  }

  const content = (text: string, out: FieldDelta[]): void => {
    if (fieldCount === 0) unmarked += text
    if (field === undefined) return
    const body = text.trimEnd()
    if (body === '') {
      if (begun) held += text
      return
    }
    out.push({ field, delta: begun ? held + body : body.trimStart() })
    begun = true
    held = text.slice(body.length)
  }

  /** Whether the thought before the answer, if there is one, is over; text that cannot be told yet stays pending. */
  const afterThought = (final: boolean): boolean => {
    if (thinking === undefined) {
      const start = pending.trimStart()
      if (!final && start.length < thought.open.length && thought.open.startsWith(start)) return false
      thinking = start.startsWith(thought.open)
    }
    if (!thinking) return true
    const end = pending.indexOf(thought.close)
    if (end < 0) {
      pending = pending.slice(1 - thought.close.length)
      return false
    }
    pending = pending.slice(end + thought.close.length).trimStart()
    thinking = false
    return true
  }

  const advance = (final: boolean): FieldDelta[] => {
    const out: FieldDelta[] = []
    if (!afterThought(final)) return out
    let at = 0
    while (at < pending.length) {
      if (lineStart) {
        const marker = readMarker(pending, at)
        if (marker === 'partial' && !final) break
        if (typeof marker === 'object') {
          open(marker.name)
          at += marker.length
          lineStart = false
          continue
        }
        const line = fenceLine(pending, at, final)
        if (line === 'partial') break
        if (line !== undefined && (fieldCount === 0 || fenced)) {
          if (fieldCount === 0) fenced = true
          else held += line
          at += line.length
          continue
        }
        lineStart = false
      }
      const newline = pending.indexOf('\n', at)
      const lineEnd = newline < 0 ? pending.length : newline + 1
      const closing = closingMarker(pending, at, lineEnd, newline >= 0 || final)
      if (closing === undefined) {
        content(pending.slice(at, lineEnd), out)
      } else {
        content(pending.slice(at, closing.at), out)
        if (closing.partial) {
          at = closing.at
          break
        }
        open(completedName)
      }
      at = lineEnd
      lineStart = newline >= 0
    }
    pending = pending.slice(at)
    return out
  }

  return {
    push(delta: string): FieldDelta[] {
      pending += delta
      return advance(false)
    },
    end(): FieldDelta[] {
      const out = advance(true)
      for (const name of seen) if (wanted.has(name)) return out
      const bold = boldSections(unmarked, wanted)
      for (const { field: name } of bold) seen.add(name)
      return [...out, ...bold]
    },
    /** Whether a section of this name has begun. */
    has: (name: string): boolean => seen.has(name),
  }
}

const thought = { open: '<think>', close: '</think>' } as const

const completedName = 'completed'

/** A line that holds nothing but a fence, its line break included. */
const fenceLine = (text: string, at: number, final: boolean): string | 'partial' | undefined => {
  const newline = text.indexOf('\n', at)
  const line = text.slice(at, newline < 0 ? text.length : newline)
  if (newline < 0 && !final)
    return '```'.startsWith(line.trim().slice(0, 3)) && line.length < 20 ? 'partial' : undefined
  if (!line.trimStart().startsWith('```') || line.trim().length > 12) return undefined
  return text.slice(at, newline < 0 ? text.length : newline + 1)
}

/** Where `[[ ## completed ## ]]` ends the line it stands in; `partial` while that cannot be told. */
const closingMarker = (
  text: string,
  from: number,
  lineEnd: number,
  complete: boolean,
): { readonly at: number; readonly partial: boolean } | undefined => {
  const line = text.slice(from, lineEnd)
  for (let at = line.indexOf('['); at >= 0; at = line.indexOf('[', at + 1)) {
    const marker = readMarker(line, at)
    if (marker === 'partial') {
      if (!complete) return { at: from + at, partial: true }
    } else if (marker?.name === completedName && line.slice(at + marker.length).trim() === '') {
      return { at: from + at, partial: !complete }
    }
  }
  return undefined
}
