import type { JsonValue } from '../data/json.ts'
import { SandboxError } from '../errors/sandbox-error.ts'
import type { Clock } from '../ports/clock.ts'
import type { Sandbox, SandboxLimits } from '../ports/sandbox.ts'
import { systemClock } from '../ports/system-clock.ts'
import { checkedCall } from './checked-call.ts'
import { errorOfCall } from './failed-call.ts'
import { limitsOf } from './limits.ts'
import type { EngineCall } from './run-in-engine.ts'
import type { CallAnswer, SandboxWorker } from './worker-messages.ts'

export interface WorkerSandboxOptions {
  /** Starts the worker, in which `serveSandbox` answers; called at the first call, and again after one was ended. */
  readonly start: () => SandboxWorker
  /** For calls that say nothing else; see `defaultLimits`. */
  readonly limits?: Partial<SandboxLimits>
  readonly clock?: Clock
}

/** What a worker may take beyond the limit of time before it is ended: its start, and the way there and back. */
const graceMs = 10_000

/** A call that waits, or that the worker has. */
interface Job {
  readonly call: EngineCall
  readonly id: number
  /** The worker is asked: from now on it has to answer in time. */
  begun(): void
  end(outcome: { readonly value: JsonValue } | { readonly error: unknown }): void
}

/**
 * A sandbox in a worker, so that this thread goes on while untrusted code runs.
 *
 * Calls run one after the other. An abort of the one that runs, or a worker that does not come back in time, ends the
 * worker; the next call has another. dispose() ends it as well, and what was under way rejects with an AbortError.
 *
 * @throws ConfigurationError `configuration/invalid` when the limits cannot be used
 * @example
 * const sandbox = workerSandbox({ start: () => new Worker(new URL('./sandbox.js', import.meta.url), { type: 'module' }) })
 */
export const workerSandbox = ({ start, limits, clock = systemClock }: WorkerSandboxOptions): Sandbox => {
  const defaults = limitsOf(limits)
  const jobs: Job[] = []
  let worker: SandboxWorker | undefined
  let count = 0

  const endWorker = (): void => {
    worker?.terminate()
    worker = undefined
  }
  const broken = (cause: unknown): void => {
    endWorker()
    const message = 'The worker of the sandbox did not start, or broke. See the cause.'
    jobs[0]?.end({ error: new SandboxError('sandbox/engine', message, { cause }) })
  }
  const started = (): SandboxWorker => {
    const fresh = start()
    fresh.addEventListener('message', ({ data }) => {
      if (fresh === worker && jobs[0]?.id === data.id) jobs[0].end(outcomeOf(data))
    })
    fresh.addEventListener('error', event => {
      if (fresh === worker) broken('error' in event ? event.error : event)
    })
    return fresh
  }
  /** Sends the first of those that wait; the others follow when it ends. */
  const send = (): void => {
    const [job] = jobs
    if (job === undefined) return
    job.begun()
    try {
      worker ??= started()
      worker.postMessage({ id: job.id, call: job.call })
    } catch (cause) {
      broken(cause)
    }
  }

  const ran = (call: EngineCall, signal: AbortSignal | undefined): Promise<JsonValue> =>
    new Promise((resolve, reject) => {
      let stopAlarm = (): void => {}
      const stop = (error: unknown): void => {
        if (jobs[0] === job) endWorker()
        job.end({ error })
      }
      const abort = (): void => stop(signal?.reason)
      const job: Job = {
        call,
        id: ++count,
        begun() {
          stopAlarm = clock.alarm(call.limits.timeMs + graceMs, () => stop(overdue(call)))
        },
        end(outcome) {
          const place = jobs.indexOf(job)
          if (place >= 0) jobs.splice(place, 1)
          stopAlarm()
          signal?.removeEventListener('abort', abort)
          if ('value' in outcome) resolve(outcome.value)
          else reject(outcome.error)
          if (place === 0) send()
        },
      }
      signal?.addEventListener('abort', abort, { once: true })
      jobs.push(job)
      if (jobs[0] === job) send()
    })

  return {
    async run({ signal, ...call }) {
      signal?.throwIfAborted()
      return ran(checkedCall(call, defaults), signal)
    },
    dispose() {
      endWorker()
      const error = new DOMException('The sandbox was disposed of.', 'AbortError')
      for (const job of jobs.splice(0)) job.end({ error })
    },
  }
}

const overdue = ({ limits }: EngineCall): SandboxError =>
  new SandboxError('sandbox/time', `The worker did not answer within ${limits.timeMs} ms and was ended.`)

const outcomeOf = (answer: CallAnswer) => {
  if ('value' in answer) return { value: answer.value }
  return { error: errorOfCall(answer.error) }
}
