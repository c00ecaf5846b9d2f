import { canonicalJson } from '../../data/canonical-json.ts'
import type { ModelRequest } from '../../ports/language-model.ts'

/**
 * A number for what a request shares with others, to find who has computed it: its shared messages, or the first one where
 * nobody says. Nothing of the request can be read from it; two that are alike have the same, and others rarely do.
 */
export const beginningOf = ({ messages, sharedMessages, tools }: ModelRequest): number => {
  const shared = messages.slice(0, Math.max(1, sharedMessages ?? 1))
  return hash(canonicalJson({ shared, tools }))
}

/** FNV-1a over UTF-16 code units (Fowler, Noll, Vo), 32 bits. */
const hash = (text: string): number => {
  let state = 0x811c9dc5
  for (let at = 0; at < text.length; at += 1) state = Math.imul(state ^ text.charCodeAt(at), 0x01000193)
  return state >>> 0
}
