import type { JsonValue } from '../data/json.ts'
import { isSystemic } from '../errors/is-systemic.ts'
import { SandboxError } from '../errors/sandbox-error.ts'
import type { Clock } from '../ports/clock.ts'
import type {
  CodeInterpreter,
  HostFunction,
  InterpreterOutcome,
  InterpreterSession,
} from '../ports/code-interpreter.ts'
import type { SandboxLimits } from '../ports/sandbox.ts'
import { systemClock } from '../ports/system-clock.ts'
import { checkedSession } from './checked-session.ts'
import { errorOfCall } from './failed-call.ts'
import { notJson } from './host-calls.ts'
import type { ToInterpreter } from './interpreter-messages.ts'
import { limitsOf, sessionLimits } from './limits.ts'
import { isOver } from './open-session.ts'
import type { CheckedSession } from './session-engine.ts'
import { type InterpreterWorker, type Lane, type Lanes, workerLanes } from './worker-lanes.ts'

export interface WorkerInterpreterOptions {
  /** Starts a worker for sessions, in which `serveInterpreter` listens. */
  readonly start: () => InterpreterWorker
  /** For sessions that say nothing else; see `sessionLimits`. */
  readonly limits?: Partial<SandboxLimits>
  readonly clock?: Clock
}

/** What a worker may take beyond the limit of time before it is ended: its start, and the way there and back. */
const graceMs = 10_000

/** A `CodeInterpreter` whose workers can be ended; open sessions go on. */
export interface WorkerInterpreter extends CodeInterpreter {
  dispose(): void
}

/**
 * An interpreter in workers, so that this thread goes on while the code runs. Each open session has a worker to itself, and
 * an engine of its own in it; an abort ends both at once, also in the middle of a loop. Two workers wait for the next
 * sessions until dispose().
 *
 * @throws ConfigurationError `configuration/invalid` when the limits cannot be used
 * @example
 * const interpreter = workerInterpreter({
 *   start: () => new Worker(new URL('./sandbox.js', import.meta.url), { type: 'module' }),
 * })
 */
export const workerInterpreter = ({
  start,
  limits,
  clock = systemClock,
}: WorkerInterpreterOptions): WorkerInterpreter => {
  const lanes = workerLanes(start)
  const defaults = limitsOf(limits, sessionLimits)
  return {
    async open(options = {}) {
      const checked = checkedSession(options, defaults)
      const functions = new Map(Object.entries(options.functions ?? {}))
      const session = inWorker(lanes, checked, functions, clock)
      await session.opened
      return session
    },
    dispose: lanes.dispose,
  }
}

/** The work that the worker is asked for: one piece at a time. */
interface Job {
  readonly id: number
  resolve(outcome: InterpreterOutcome): void
  reject(error: unknown): void
}

const inWorker = (
  lanes: Lanes,
  session: CheckedSession,
  functions: ReadonlyMap<string, HostFunction>,
  clock: Clock,
): InterpreterSession & { readonly opened: Promise<unknown> } => {
  const lane: Lane = lanes.take()
  const { worker } = lane
  let over = false
  let job: Job | undefined
  let ids = 0
  let underWay = 0
  let stopAlarm = (): void => {}

  /** The worker has to answer in time, unless it waits for us. */
  const watch = (): void => {
    stopAlarm()
    if (job !== undefined && underWay === 0)
      stopAlarm = clock.alarm(session.limits.timeMs + graceMs, () => end(overdue(session)))
  }
  const settle = (settled: (job: Job) => void): void => {
    const ended = job
    job = undefined
    stopAlarm()
    worker.unref?.()
    if (ended !== undefined) settled(ended)
  }
  /** The session is over; a worker that answered takes the next one, one in the middle of something does not. */
  const end = (error: unknown, hasAnswered = job === undefined): void => {
    if (!over) (hasAnswered ? lanes.giveBack : lanes.end)(lane)
    over = true
    settle(({ reject }) => reject(error))
  }
  const answer = async (id: number, name: string, given: readonly JsonValue[]): Promise<void> => {
    underWay += 1
    stopAlarm()
    try {
      const value = await functions.get(name)?.(...given)
      if (!over) worker.postMessage({ answer: id, ...written(value) })
    } catch (error) {
      if (isSystemic(error)) end(error)
      else if (!over)
        worker.postMessage({ answer: id, refused: error instanceof Error ? error.message : String(error) })
    } finally {
      underWay -= 1
      watch()
    }
  }
  lane.failed = error => end(error, false)
  lane.heard = data => {
    if ('called' in data) void answer(data.called, data.name, data.given)
    else if (data.id === job?.id) {
      if (data.over) end('error' in data ? errorOfCall(data.error) : isOver(), true)
      else
        settle(({ resolve, reject }) => ('outcome' in data ? resolve(data.outcome) : reject(errorOfCall(data.error))))
    }
  }

  const asked = (message: (id: number) => ToInterpreter): Promise<InterpreterOutcome> =>
    new Promise((resolve, reject) => {
      if (over) throw isOver()
      const id = ids
      ids += 1
      job = { id, resolve, reject }
      worker.ref?.()
      watch()
      worker.postMessage(message(id))
    })
  const run = async (code: string, signal: AbortSignal | undefined): Promise<InterpreterOutcome> => {
    signal?.throwIfAborted()
    const abort = (): void => end(signal?.reason)
    signal?.addEventListener('abort', abort, { once: true })
    try {
      return await asked(id => ({ run: id, code }))
    } finally {
      signal?.removeEventListener('abort', abort)
    }
  }

  const opened = asked(() => ({ open: session, functions: [...functions.keys()] }))
  let before: Promise<unknown> = opened.catch(() => {}) // told to whoever opened it
  return {
    opened,
    get over() {
      return over
    },
    run(code, { signal } = {}) {
      const running = before.then(() => run(code, signal))
      before = running.catch(() => {}) // told to whoever ran it
      return running
    },
    close: () => end(isOver()),
  }
}

const written = (value: unknown): { readonly json: string | undefined } | { readonly refused: string } => {
  try {
    return { json: JSON.stringify(value) as string | undefined } // undefined has no JSON
  } catch {
    return { refused: notJson }
  }
}

const overdue = ({ limits }: CheckedSession): SandboxError =>
  new SandboxError('sandbox/time', `The worker did not answer within ${limits.timeMs} ms and was ended.`)
