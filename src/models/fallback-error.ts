import type { CodeOf, ErrorCode } from '../errors/codes.ts'
import type { KkachiError, KkachiErrorOptions } from '../errors/kkachi-error.ts'
import { ModelError } from '../errors/model-error.ts'
import { RuntimeError } from '../errors/runtime-error.ts'
import { isModelError } from './is-model-error.ts'

/** A model that was to answer and why it did not: its error, or why it was not asked. */
export interface Tried {
  readonly model: string
  readonly error?: KkachiError
  readonly skipped?: string
  /** What it failed with before, when it was not asked because of that. */
  readonly failure?: ErrorCode | undefined
  /** Milliseconds until it may be asked again; infinite when asking again does not help. */
  readonly againMs: number
}

/**
 * The error of a call that no model answered: it names them all, and counts what was sent to them. It is like the last
 * model's error, and like `decisive` where that ended the call before every model was asked.
 */
export const fallbackError = (id: string, tried: readonly Tried[], decisive?: ModelError): KkachiError => {
  const errors = tried.flatMap(({ error }) => (error ? [error] : []))
  const last = decisive ?? errors.findLast(isModelError)
  const message = `No model of ${id} answered. ${tried.map(reason).join(' ')}`
  const againMs = Math.min(...(decisive ? tried.slice(-1) : tried).map(one => one.againMs))
  const options: KkachiErrorOptions = {
    retryable: againMs < Number.POSITIVE_INFINITY,
    cause:
      errors.length > 1 ? new AggregateError(errors, `What the models of ${id} failed with, in order.`) : errors[0],
  }
  const codes = tried.flatMap(({ error, failure }) => error?.code ?? failure ?? [])
  const code = last?.code ?? codes.findLast(isModelCode)
  if (code === undefined) return new RuntimeError('runtime/no-backend', message, options)
  return new ModelError(code, message, {
    ...options,
    model: id,
    attempts: errors.reduce((sum, error) => sum + attemptsOf(error), 0),
    ...(last?.provider !== undefined && { provider: last.provider }),
    ...(last?.status !== undefined && { status: last.status }),
    ...(last?.requestId !== undefined && { requestId: last.requestId }),
    ...(againMs > 0 && againMs < Number.POSITIVE_INFINITY && { retryAfterMs: againMs }),
  })
}

/** Requests that a failed call sent. */
export const attemptsOf = (error: unknown): number => (isModelError(error) ? (error.attempts ?? 1) : 0)

const reason = ({ model, error, skipped }: Tried): string =>
  error ? `${model} failed: ${error.code}, ${error.message}` : `${model} was not asked: ${skipped}`

const isModelCode = (code: ErrorCode): code is CodeOf<'model'> => code.startsWith('model/')
