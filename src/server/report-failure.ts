import { type ToldFailure, toldFailure } from './error-response.ts'
import type { ServerEnv } from './services.ts'

/**
 * Tells the operator of a failure that is the server's or its model's, and gives what the caller is told.
 *
 * `known` is what is known of the request: a failure to make the services is met before there is one of them.
 */
export const reportFailure = (known: Partial<ServerEnv['Variables']>, error: unknown): ToldFailure => {
  const failure = toldFailure(error)
  const { status, body } = failure
  if (status >= 500 || status === 429) {
    known.services?.onFailure?.({ requestId: known.requestId ?? '', status, code: body.error.code })
  }
  return failure
}
