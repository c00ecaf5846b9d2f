import type { JsonValue } from '../data/json.ts'
import type { CodeOf } from '../errors/codes.ts'
import type { ThrownInSandbox } from '../errors/sandbox-error.ts'
import type { EngineCall } from './run-in-engine.ts'

/** A call, as it goes to the worker. */
export interface SentCall {
  readonly id: number
  readonly call: EngineCall
}

/** What comes back for it. */
export type CallAnswer =
  | { readonly id: number; readonly value: JsonValue }
  | { readonly id: number; readonly error: FailedCall }

/** A `SandboxError`, as plain data. */
export interface FailedCall {
  readonly code: CodeOf<'sandbox'>
  readonly message: string
  readonly thrown?: ThrownInSandbox
}

/** One end of a worker's messages: a `Worker`, or the scope inside of it. */
export interface SandboxEnd<Sent, Heard> {
  postMessage(message: Sent): void
  addEventListener(type: 'message', listener: (event: { readonly data: Heard }) => void): void
}

/** A Web Worker, or what behaves as one. */
export interface SandboxWorker extends SandboxEnd<SentCall, CallAnswer> {
  addEventListener(type: 'message', listener: (event: { readonly data: CallAnswer }) => void): void
  addEventListener(type: 'error', listener: (event: object) => void): void
  terminate(): unknown
}
