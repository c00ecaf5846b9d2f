import type { CodeOf } from './codes.ts'
import { KkachiError, type KkachiErrorOptions } from './kkachi-error.ts'

/** What untrusted code threw, as text it chose itself: it may quote the data it was given. */
export interface ThrownInSandbox {
  readonly name: string
  readonly message: string
  /** The line of the source it was thrown on, from 1, where the engine told. */
  readonly line?: number
}

/**
 * Untrusted code failed or was stopped; `thrown` is what it threw, when it threw, and `output` what a piece of an
 * interpreter's session had printed by then.
 */
export class SandboxError extends KkachiError<CodeOf<'sandbox'>> {
  readonly thrown: ThrownInSandbox | undefined
  readonly output: string | undefined

  constructor(
    code: CodeOf<'sandbox'>,
    message: string,
    {
      thrown,
      output,
      ...rest
    }: KkachiErrorOptions & { readonly thrown?: ThrownInSandbox; readonly output?: string | undefined } = {},
  ) {
    super(code, message, rest)
    this.thrown = thrown
    this.output = output
    // They may hold private data: reachable for the caller who asks, absent from logs that print the error.
    Object.defineProperty(this, 'thrown', { enumerable: false })
    Object.defineProperty(this, 'output', { enumerable: false })
  }
}
