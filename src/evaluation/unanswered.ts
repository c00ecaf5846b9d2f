import type { ErrorCode } from '../errors/codes.ts'
import { KkachiError } from '../errors/kkachi-error.ts'

/** Failures before there was an answer, which one example may have alone and a wrong setting gives to all. */
const withoutAnswer: ReadonlySet<string> = new Set<ErrorCode>([
  'prediction/input',
  'model/transport',
  'model/timeout',
  'model/server',
  'model/rate-limit',
  'model/request',
  'model/malformed',
  'model/unsupported',
  'runtime/failed',
  'storage/key',
])

/**
 * The error of the first example, where every example failed before there was an answer: a server that is down, an
 * option the model refuses, a column of another name. A score of such a run would say nothing about the program.
 *
 * Undefined as soon as one example was answered, or failed by what it was answered or too long to ask.
 */
export const unanswered = (results: readonly { readonly error?: unknown }[]): unknown =>
  results.every(({ error }) => KkachiError.is(error) && withoutAnswer.has(error.code)) ? results[0]?.error : undefined
