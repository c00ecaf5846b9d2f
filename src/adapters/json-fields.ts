import type { JsonValue } from '../data/json.ts'
import { KkachiError } from '../errors/kkachi-error.ts'
import type { FieldDelta, StreamParser } from '../ports/adapter.ts'
import type { Field } from '../signature/field.ts'
import { answerLead } from './answer-lead.ts'
import { findAnswerObject } from './find-answer-object.ts'
import { objectScanner, type ScanState } from './object-scanner.ts'

/** The fields of one JSON answer: as they arrive, and as values when it is over. */
export interface JsonFields extends StreamParser {
  /** The value of a field, after `end`; undefined when the answer does not have it. */
  read(name: string): { readonly value: JsonValue } | undefined
  /** Whether there was an object at all. */
  readonly hasObject: boolean
}

/**
 * Reads the fields of a JSON answer in pieces of any size. Text is told without its quotes and escapes, other values as
 * they are written; the first of two equal keys counts.
 *
 * An answer that begins with its object, after blanks, a thought or a fence, is told while it arrives, and that object is
 * the answer if it has any of the fields. Everything else is told at the end, from the object that `findAnswerObject`
 * finds: an answer among other words, and the rest of one whose JSON turns out to be broken.
 *
 * Reading a complete answer is pushing it in one piece, so a stream and a complete answer always agree.
 */
export const jsonFields = (fields: readonly Pick<Field, 'name' | 'type'>[]): JsonFields => {
  const wanted = new Map(fields.map(field => [field.name, field]))
  const values = new Map<string, JsonValue>()
  /** What of a text was told before its value is known. */
  const begun = new Map<string, string>()
  const pieces: string[] = []
  const lead = answerLead()
  let out: FieldDelta[] = []
  let state: ScanState | 'lead' | 'elsewhere' = 'lead'
  let refusal: unknown
  let hasObject = false

  const tell = (field: string, delta: string): void => {
    if (delta === '') return
    const last = out.at(-1)
    if (last?.field === field) out[out.length - 1] = { field, delta: last.delta + delta }
    else out.push({ field, delta })
  }

  const scanner = objectScanner({
    text(key, piece) {
      if (!wanted.has(key) || values.has(key)) return
      begun.set(key, (begun.get(key) ?? '') + piece)
      tell(key, piece)
    },
    value(key, value, raw) {
      const field = wanted.get(key)
      if (field === undefined || values.has(key)) return
      values.set(key, value)
      if (raw !== undefined) tell(key, textOf(field, value, raw))
    },
  })

  const advance = (delta: string): void => {
    if (state === 'lead') {
      const inside = lead.push(delta)
      if (inside === undefined) return
      state = inside === false ? 'elsewhere' : scanner.push(inside)
    } else if (state === 'open') state = scanner.push(delta)
    if (state === 'closed' && values.size === 0) state = 'elsewhere'
  }

  /** Takes from the whole answer what was not read on the way; what was told of a text stays its beginning. */
  const complete = (): void => {
    const found = findAnswerObject(pieces.join(''), [...wanted.keys()])
    hasObject ||= found !== undefined
    for (const [name, field] of wanted) {
      if (values.has(name)) continue
      const told = begun.get(name)
      const value = found !== undefined && Object.hasOwn(found, name) ? found[name] : undefined
      if (told === undefined) {
        if (value === undefined) continue
        values.set(name, value)
        tell(name, textOf(field, value))
      } else {
        const text = typeof value === 'string' && value.startsWith(told) ? value : told
        values.set(name, text)
        tell(name, text.slice(told.length))
      }
    }
  }

  /** Does a part of the reading and gives what it told. A key that is refused ends the reading. */
  const telling = (work: () => void): readonly FieldDelta[] => {
    out = []
    try {
      if (refusal === undefined) work()
    } catch (error) {
      if (!KkachiError.is(error, 'data/unsafe')) throw error
      refusal = error
    }
    return out
  }

  return {
    push(delta) {
      pieces.push(delta)
      return telling(() => advance(delta))
    },
    end: () =>
      telling(() => {
        if (state !== 'closed') complete()
      }),
    read(name) {
      const value = values.get(name)
      if (value !== undefined) return { value }
      if (refusal !== undefined) throw refusal
      return undefined
    },
    get hasObject() {
      return hasObject || values.size > 0
    },
  }
}

/** What a reader is told of a value that is no text: how it was written, or for a text field the text that it becomes. */
const textOf = ({ type }: Pick<Field, 'type'>, value: JsonValue, raw?: string): string => {
  if (typeof value === 'string') return value
  if (type.kind !== 'string') return raw ?? JSON.stringify(value)
  return value === null ? '' : JSON.stringify(value)
}
