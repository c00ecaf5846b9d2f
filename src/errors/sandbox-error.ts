import type { CodeOf } from './codes.ts'
import { KkachiError, type KkachiErrorOptions } from './kkachi-error.ts'

/** What untrusted code threw, as text it chose itself: it may quote the data it was given. */
export interface ThrownInSandbox {
  readonly name: string
  readonly message: string
  /** The line of the source it was thrown on, from 1, where the engine told. */
  readonly line?: number
}

/** Untrusted code failed or was stopped; `thrown` is what it threw, when it threw. */
export class SandboxError extends KkachiError<CodeOf<'sandbox'>> {
  readonly thrown: ThrownInSandbox | undefined

  constructor(
    code: CodeOf<'sandbox'>,
    message: string,
    { thrown, ...rest }: KkachiErrorOptions & { readonly thrown?: ThrownInSandbox } = {},
  ) {
    super(code, message, rest)
    this.thrown = thrown
    // It may hold private data: reachable for the caller who asks, absent from logs that print the error.
    Object.defineProperty(this, 'thrown', { enumerable: false })
  }
}
