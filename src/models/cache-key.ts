import { canonicalJson } from '../data/canonical-json.ts'
import { sha256 } from '../data/sha256.ts'
import type { ModelRequest } from '../ports/language-model.ts'

/** Part of every key: raised when what is stored changes its form, so that old entries are never read as new ones. */
const format = 1

/**
 * Names an answer by all that can change it: the text of the question (`keyText`), and the identity of the model, where
 * it has one. 64 hexadecimal digits, whatever the request holds.
 */
export const cacheKey = (text: string, identity = ''): Promise<string> => sha256(`${identity}\n${text}`)

/**
 * The model's id and the request, but for signal, deadline, priority, the hint about shared messages, the counter of
 * attempts and the tracer. Asking for one completion and not saying how many is the same.
 */
export const keyText = (modelId: string, request: ModelRequest): string => {
  const { signal, deadlineMs, priority, sharedMessages, attempts, tracer, n, ...asked } = request
  return canonicalJson({ format, model: modelId, request: n === undefined || n === 1 ? asked : { ...asked, n } })
}
