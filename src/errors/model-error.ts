import type { CodeOf } from './codes.ts'
import { KkachiError, type KkachiErrorOptions } from './kkachi-error.ts'

/** What is known about a failed model call; never the prompt, never the key. */
export interface ModelErrorEvidence extends KkachiErrorOptions {
  readonly model: string
  readonly provider?: string
  /** Scheme, host and port of where it was asked; never a path, a query or user info. */
  readonly origin?: string | undefined
  /** HTTP status, when there was one. */
  readonly status?: number
  readonly requestId?: string
  /** Milliseconds the provider asked us to wait. */
  readonly retryAfterMs?: number
  /** Requests sent for this call, the failed one included. */
  readonly attempts?: number
}

const transient: ReadonlySet<string> = new Set([
  'model/transport',
  'model/timeout',
  'model/server',
  'model/rate-limit',
  'model/malformed',
])

/** A model call failed. Transport, timeout, server, rate-limit and malformed are retryable unless told otherwise. */
export class ModelError extends KkachiError<CodeOf<'model'>> {
  readonly model: string
  readonly provider: string | undefined
  readonly origin: string | undefined
  readonly status: number | undefined
  readonly requestId: string | undefined
  readonly retryAfterMs: number | undefined
  readonly attempts: number | undefined

  constructor(code: CodeOf<'model'>, message: string, evidence: ModelErrorEvidence) {
    super(code, message, { ...evidence, retryable: evidence.retryable ?? transient.has(code) })
    this.model = evidence.model
    this.provider = evidence.provider
    this.origin = evidence.origin
    this.status = evidence.status
    this.requestId = evidence.requestId
    this.retryAfterMs = evidence.retryAfterMs
    this.attempts = evidence.attempts
  }
}
