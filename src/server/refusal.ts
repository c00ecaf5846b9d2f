import { HTTPException } from 'hono/http-exception'
import type { ContentfulStatusCode } from 'hono/utils/http-status'

/** The errors of OpenAI's API, which its clients know. */
export interface ErrorBody {
  readonly error: {
    readonly message: string
    readonly type: ErrorType
    readonly code: string
    readonly param: string | null
  }
}

export type ErrorType = 'invalid_request_error' | 'authentication_error' | 'rate_limit_error' | 'server_error'

/** What is wrong with a request, one code a cause. */
export type RefusalCode =
  | 'request/unauthorized'
  | 'request/host'
  | 'request/path'
  | 'request/method'
  | 'request/media-type'
  | 'request/too-large'
  | 'request/json'
  | 'request/shape'
  | 'request/condition'
  | 'program/name'
  | 'program/unknown'

/**
 * Ends the handling of a request: throw it.
 *
 * @example
 * throw refusal(404, 'program/unknown', `There is no program called ${name}.`)
 */
export const refusal = (
  status: ContentfulStatusCode,
  code: RefusalCode,
  message: string,
  headers: Readonly<Record<string, string>> = {},
): HTTPException => {
  const type = status === 401 || status === 403 ? 'authentication_error' : 'invalid_request_error'
  const body: ErrorBody = { error: { message, type, code, param: null } }
  return new HTTPException(status, { message, res: Response.json(body, { status, headers }) })
}
