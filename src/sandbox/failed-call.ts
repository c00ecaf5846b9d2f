import type { CodeOf } from '../errors/codes.ts'
import { SandboxError, type ThrownInSandbox } from '../errors/sandbox-error.ts'

/** A `SandboxError`, as plain data. */
export interface FailedCall {
  readonly code: CodeOf<'sandbox'>
  readonly message: string
  readonly thrown?: ThrownInSandbox
  readonly output?: string
}

export const failedCall = (error: unknown): FailedCall => {
  if (!(error instanceof SandboxError)) return { code: 'sandbox/engine', message: `The worker failed: ${error}` }
  const { code, message, thrown, output } = error
  return { code, message, ...(thrown === undefined ? {} : { thrown }), ...(output === undefined ? {} : { output }) }
}

export const errorOfCall = ({ code, message, ...told }: FailedCall): SandboxError =>
  new SandboxError(code, message, told)
