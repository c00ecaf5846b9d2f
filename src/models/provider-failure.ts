import type { JsonValue } from '../data/json.ts'
import { isObject, listOf, objectOf, textOf } from '../data/json-shape.ts'
import type { Redact } from '../data/redaction.ts'
import { parseJson } from '../data/safe-json.ts'
import type { CodeOf } from '../errors/codes.ts'
import { ModelError } from '../errors/model-error.ts'
import { namedAt } from './asked-at.ts'
import { quote } from './quote.ts'
import { remedies } from './remedies.ts'

/** Who failed, for the evidence of its errors. */
export interface Caller {
  readonly model: string
  readonly provider: string
  /** Scheme, host and port of where it is asked, without secrets; absent where nobody knows. */
  readonly origin?: string | undefined
  readonly redact: Redact
}

/** What came back instead of an answer. */
export interface Refusal {
  readonly status: number
  readonly body: string
  /** What was sent, so that no piece of it is quoted. */
  readonly request: string
  readonly requestId?: string | undefined
  readonly retryAfterMs?: number | undefined
}

interface Cause {
  readonly code: CodeOf<'model'>
  readonly what: string
  readonly remedy: string
  /** Whether where it was asked belongs to what went wrong. */
  readonly isAbout?: 'address'
  readonly retryable?: boolean
}

/** The typed error for a response that is a refusal, by its status and by what its body says. */
export const providerFailure = (caller: Caller, refusal: Refusal): ModelError => {
  const { code: name, status, message } = described(refusal.body)
  const { code, what, remedy, isAbout, retryable } = causeOf(
    refusal.status === 200 ? (status ?? 200) : refusal.status,
    name,
    message,
  )
  const said = quote(message, caller.redact, refusal.request)
  const answered = refusal.status === 200 ? 'an error in its answer' : `status ${refusal.status}`
  return new ModelError(
    code,
    `${isAbout ? namedAt(caller) : caller.model} ${what} (${answered}${said === '' ? '' : `, it says: "${said}"`}). ${remedy}`,
    {
      model: caller.model,
      provider: caller.provider,
      status: refusal.status,
      attempts: 1,
      origin: caller.origin,
      ...(refusal.requestId === undefined ? {} : { requestId: refusal.requestId }),
      ...(refusal.retryAfterMs === undefined ? {} : { retryAfterMs: refusal.retryAfterMs }),
      ...(retryable === undefined ? {} : { retryable }),
    },
  )
}

const causeOf = (status: number, name: string, message: string): Cause => {
  const text = `${name} ${message}`.slice(0, 2000).toLowerCase()
  const says = (words: readonly string[]) => words.some(word => text.includes(word))
  if (status === 401 || status === 403 || (status === 200 && says(unauthenticated)) || says(['api key not valid'])) {
    return { code: 'model/authentication', what: 'refused the key', remedy: remedies.key }
  }
  if (status === 402 || says(['insufficient_quota', 'credit balance is too low'])) {
    const remedy = 'Add credit at the provider, or choose another model.'
    return { code: 'model/rate-limit', what: 'refused because its quota is spent', remedy, retryable: false }
  }
  if (status === 429 || (status === 200 && says(limited))) {
    return { code: 'model/rate-limit', what: 'refused because of its rate limit', remedy: remedies.slower }
  }
  if (says(tooLong)) {
    const remedy = 'Shorten the input, use fewer demos, or choose a model with a longer context.'
    return { code: 'model/context-window', what: 'refused a prompt longer than it can read', remedy }
  }
  if (says(['content_filter', 'content_policy_violation', 'responsibleaipolicyviolation'])) {
    return { code: 'model/filtered', what: 'withheld the answer by its filter', remedy: 'Rephrase the request.' }
  }
  if (status === 408 || status === 504) {
    return { code: 'model/timeout', what: 'ran out of its own time', remedy: 'Try again, or ask for a shorter answer.' }
  }
  if (status === 0 || (status >= 300 && status < 400)) {
    return { code: 'model/request', what: 'answered with a redirect', remedy: remedies.redirect, isAbout: 'address' }
  }
  if (status === 409 || status === 425 || status >= 500 || status === 200) {
    return { code: 'model/server', what: 'failed', remedy: remedies.later }
  }
  const what = 'refused the request'
  return status === 404
    ? { code: 'model/request', what, remedy: remedies.address, isAbout: 'address' }
    : { code: 'model/request', what, remedy: remedies.options }
}

const unauthenticated = ['invalid_api_key', 'invalid api key', 'authentication_error', 'unauthorized']

const limited = ['rate_limit', 'rate limit', 'too many requests']

const tooLong = [
  'context_length_exceeded',
  'exceed_context_size',
  'maximum context length',
  'context length',
  'context window',
  'context size',
  'prompt is too long',
  'input is too long',
  'too many input tokens',
  'exceeds the maximum number of tokens',
]

interface Description {
  readonly code: string
  /** The status a gateway tells inside a 200. */
  readonly status?: number
  readonly message: string
}

/** What an error body says: providers put it under `error`, `message` or `detail`, one of them in an array. */
const described = (body: string): Description => {
  let json: JsonValue
  try {
    json = parseJson(body)
  } catch {
    // A page of HTML or plain text: a page tells nobody anything.
    return { code: '', message: body.trimStart().startsWith('<') ? 'an HTML page' : body }
  }
  const whole = objectOf(Array.isArray(json) ? listOf(json)[0] : json)
  const error = whole.error ?? whole.detail ?? whole
  if (!isObject(error)) return { code: '', message: typeof error === 'string' ? error : '' }
  const code = [error.code, error.type, error.status].filter(part => typeof part === 'string').join(' ')
  const message = textOf(error.message) ?? textOf(whole.message) ?? ''
  const status = Number(error.code)
  return status >= 400 && status < 600 ? { code, message, status } : { code, message }
}
