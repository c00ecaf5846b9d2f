import type { ErrorCode } from './codes.ts'
import { KkachiError } from './kkachi-error.ts'
import type { ModelError } from './model-error.ts'

/** What goes wrong for every example alike: going on would only spend more. */
const systemic = ['configuration/', 'signature/', 'data/', 'program-file/', 'budget/', 'runtime/'] as const
const systemicCodes: ReadonlySet<string> = new Set<ErrorCode>([
  'model/authentication',
  'model/script',
  'sandbox/source',
  'sandbox/engine',
  'storage/unavailable',
  'storage/quota',
])
/** One answer may have such a key, or one prompt break a local model, whatever the others are like. */
const ofOneExample: ReadonlySet<string> = new Set<ErrorCode>(['data/unsafe', 'runtime/failed'])

/**
 * Whether an error ends an evaluation instead of counting as the failure of one example: an abort, a wrong setting, a
 * missing label, a refused key, a spent quota or budget, a journal that cannot be written, a model or address that does
 * not exist, a local model that cannot run.
 *
 * An error that the input or the answer of one example can cause is never among them, `model/request` of status 400
 * for one. Where such an error is all there is, see `unanswered`.
 */
export const isSystemic = (error: unknown): boolean => {
  if (!KkachiError.is(error)) return error instanceof Error && error.name === 'AbortError'
  if (ofOneExample.has(error.code)) return false
  return (
    systemicCodes.has(error.code) || systemic.some(family => error.code.startsWith(family)) || refusesEveryCall(error)
  )
}

/** Refusals that do not depend on what was asked. */
const refusesEveryCall = (error: KkachiError): boolean => {
  if (error.code === 'model/rate-limit') return !error.retryable // the quota is spent: waiting does not help
  return error.code === 'model/request' && isNowhere((error as ModelError).status ?? 400)
}

/** The statuses of an address or a model that is not there: redirects, not found, wrong method, gone. */
const isNowhere = (status: number): boolean =>
  status === 0 || (status >= 300 && status < 400) || status === 404 || status === 405 || status === 410
