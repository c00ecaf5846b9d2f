import type { ErrorCode } from './codes.ts'

/** Options every Kkachi error takes. */
export interface KkachiErrorOptions {
  readonly cause?: unknown
  /** True when the same call may succeed later without being changed. */
  readonly retryable?: boolean
}

/**
 * The base of every error Kkachi throws on purpose.
 *
 * One class per family that a caller handles differently, one `code` per cause. The brand survives two copies of the
 * package in one process, which `instanceof` does not. The message says what happened, what was expected and what to do;
 * it never contains a key, a prompt or a model's answer.
 *
 * @example
 * try { await program.run(input, { model }) } catch (error) {
 *   if (KkachiError.is(error, 'model/rate-limit')) await later()
 * }
 */
export class KkachiError<Code extends ErrorCode = ErrorCode> extends Error {
  readonly '~kkachi' = true
  readonly code: Code
  readonly retryable: boolean

  constructor(code: Code, message: string, options: KkachiErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = nameOf(code)
    this.code = code
    this.retryable = options.retryable ?? false
  }

  /** Whether `error` is Kkachi's, and of this code when one is given. */
  static is<C extends ErrorCode>(error: unknown, code?: C): error is KkachiError<C> {
    return (
      typeof error === 'object' &&
      error !== null &&
      '~kkachi' in error &&
      (code === undefined || ('code' in error && error.code === code))
    )
  }
}

/** `ProgramFileError` for `program-file/shape`: the names of classes are lost where an app is minified. */
const nameOf = (code: string): string => {
  const words = code.slice(0, code.indexOf('/')).split('-')
  return `${words.map(word => word.charAt(0).toUpperCase() + word.slice(1)).join('')}Error`
}
