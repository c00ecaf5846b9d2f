import type { JsonValue } from '../data/json.ts'
import type { FailedCall } from './failed-call.ts'
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

/** One end of a worker's messages: a `Worker`, or the scope inside of it. */
export interface SandboxEnd<Sent, Heard> {
  postMessage(message: Sent): void
  addEventListener(type: 'message', listener: (event: { readonly data: Heard }) => void): void
}

/** A Web Worker, or what behaves as one. */
export interface SandboxWorker<Sent = SentCall, Heard = CallAnswer> extends SandboxEnd<Sent, Heard> {
  addEventListener(type: 'message', listener: (event: { readonly data: Heard }) => void): void
  addEventListener(type: 'error', listener: (event: object) => void): void
  terminate(): unknown
}
