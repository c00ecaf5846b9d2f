import type { ContentfulStatusCode } from 'hono/utils/http-status'
import { errorCodes } from '../errors/codes.ts'
import { KkachiError } from '../errors/kkachi-error.ts'
import type { ModelError } from '../errors/model-error.ts'
import type { PredictionError } from '../errors/prediction-error.ts'
import type { ErrorBody, ErrorType } from './refusal.ts'

/** What a caller is told of a failure. */
export interface ToldFailure {
  readonly status: ContentfulStatusCode
  readonly body: ErrorBody
  readonly headers: Readonly<Record<string, string>>
}

/**
 * A failure as an answer. It says which cause it was, in our own words: what a provider said, a prompt, an answer, a
 * stack or a key cannot stand in it, since none of it is looked at.
 */
export const toldFailure = (error: unknown): ToldFailure => {
  if (!KkachiError.is(error)) return told(500, 'server_error', 'server/internal', 'The server failed. Try again.')
  const status = statusOf(error)
  return told(status, typeOf(status), error.code, messageOf(error), retryAfter(error))
}

const told = (
  status: ContentfulStatusCode,
  type: ErrorType,
  code: string,
  message: string,
  headers: Readonly<Record<string, string>> = {},
): ToldFailure => ({ status, body: { error: { message, type, code, param: null } }, headers })

const statusOf = (error: KkachiError): ContentfulStatusCode => {
  switch (error.code) {
    case 'prediction/input':
    case 'model/context-window':
    case 'signature/parse':
    case 'signature/unknown-type':
    case 'signature/duplicate-field':
    case 'signature/unknown-field':
    case 'program-file/parse':
    case 'program-file/shape':
    case 'program-file/mismatch':
    case 'program-file/version':
    case 'program-file/digest':
      return 400
    case 'model/rate-limit':
      return 429
    case 'model/timeout':
      return 504
    case 'storage/unavailable':
    case 'model/server':
      return 503
    case 'storage/quota':
      return 507
    case 'budget/calls':
    case 'budget/tokens':
    case 'budget/money':
    case 'budget/time':
      return 402
    default:
      // The model's answer or what lies before it was wrong; the rest is this server's own fault.
      return /^(model|prediction)\//.test(error.code) ? 502 : 500
  }
}

const typeOf = (status: number): ErrorType => {
  if (status === 429) return 'rate_limit_error'
  return status < 500 ? 'invalid_request_error' : 'server_error'
}

const messageOf = (error: KkachiError): string => {
  const cause = errorCodes[error.code]
  if (error.code === 'prediction/input' && 'issues' in error) {
    const { issues } = error as PredictionError
    return `${cause} ${issues.map(({ field, problem }) => `${field} ${problem}`).join('; ')}.`
  }
  // About settings, files and signatures our messages say what to do; they are about names and places, never contents.
  return /^(configuration|signature|program-file)\//.test(error.code) ? error.message : cause
}

const retryAfter = (error: KkachiError): Readonly<Record<string, string>> => {
  if (error.code !== 'model/rate-limit' && error.code !== 'model/server') return {}
  const { retryAfterMs } = error as ModelError
  return retryAfterMs === undefined ? {} : { 'retry-after': String(Math.ceil(retryAfterMs / 1000)) }
}
