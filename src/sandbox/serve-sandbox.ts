import type { Clock } from '../ports/clock.ts'
import { systemClock } from '../ports/system-clock.ts'
import { type EngineSource, engineLoader } from './engine-loader.ts'
import { failedCall } from './failed-call.ts'
import { runCall } from './run-call.ts'
import type { CallAnswer, SandboxEnd, SentCall } from './worker-messages.ts'

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
  end.addEventListener('message', ({ data }) => {
    if (!('call' in data)) return // said to another who listens, see serveInterpreter
    const { id, call } = data
    load()
      .then(module => end.postMessage({ id, value: runCall(module, call, clock) }))
      .catch((error: unknown) => end.postMessage({ id, error: failedCall(error) }))
  })
}
