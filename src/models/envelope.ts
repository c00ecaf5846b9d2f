import type { JsonValue } from '../data/json.ts'
import { parseJson } from '../data/safe-json.ts'
import type { Defect } from './defect.ts'

/** A body or an event as JSON, or what is wrong with it. */
export type Envelope = { readonly json: JsonValue } | Defect

/** Parses what a provider sent; never throws. */
export const parseEnvelope = (text: string): Envelope => {
  try {
    return { json: parseJson(text) }
  } catch (error) {
    if (!(error instanceof SyntaxError)) return { defect: 'JSON that is not safe to read', hostile: true }
    if (text.trim() === '') return { defect: 'nothing' }
    return { defect: text.trimStart().startsWith('<') ? 'an HTML page' : 'broken JSON' }
  }
}
