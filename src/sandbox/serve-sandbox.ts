import { SandboxError } from '../errors/sandbox-error.ts'
import type { Clock } from '../ports/clock.ts'
import { systemClock } from '../ports/system-clock.ts'
import { type EngineSource, engineLoader } from './engine-loader.ts'
import { runCall } from './run-call.ts'
import type { CallAnswer, FailedCall, SandboxEnd, SentCall } from './worker-messages.ts'

export interface ServeSandboxOptions {
  readonly engine: EngineSource
  readonly clock?: Clock
}

/**
 * Answers the calls of a `workerSandbox`, inside its worker.
 *
 * @example
 * // The whole of a worker's script:
 * serveSandbox(self, { engine })
 */
export const serveSandbox = (
  end: SandboxEnd<CallAnswer, SentCall>,
  { engine, clock = systemClock }: ServeSandboxOptions,
): void => {
  const load = engineLoader(engine)
  end.addEventListener('message', ({ data: { id, call } }) => {
    load()
      .then(module => end.postMessage({ id, value: runCall(module, call, clock) }))
      .catch((error: unknown) => end.postMessage({ id, error: asData(error) }))
  })
}

const asData = (error: unknown): FailedCall => {
  if (!(error instanceof SandboxError)) return { code: 'sandbox/engine', message: `The worker failed: ${error}` }
  const { code, message, thrown } = error
  return { code, message, ...(thrown === undefined ? {} : { thrown }) }
}
