import { SandboxError } from '../errors/sandbox-error.ts'
import type { FromInterpreter, ToInterpreter } from './interpreter-messages.ts'
import type { SandboxWorker } from './worker-messages.ts'

/** A worker for one session at a time. */
export interface Lane {
  readonly worker: InterpreterWorker
  /** Who listens now. */
  heard: (data: FromInterpreter) => void
  failed: (error: SandboxError) => void
}

/** The worker of a session. */
export interface InterpreterWorker extends SandboxWorker<ToInterpreter, FromInterpreter> {
  /** Keeps the process alive while it works, where a platform has that. */
  ref?(): unknown
  unref?(): unknown
}

/** Workers for sessions: one that ended its session in good order takes the next, so that not every one has to start. */
export interface Lanes {
  take(): Lane
  /** For the next session. */
  giveBack(lane: Lane): void
  end(lane: Lane): void
  /** Ends those that nobody uses. */
  dispose(): void
}

/** Workers that wait for a session. */
const mostIdle = 2

export const workerLanes = (start: () => InterpreterWorker): Lanes => {
  const idle: Lane[] = []
  const lanes: Lanes = {
    take() {
      const waiting = idle.pop()
      if (waiting !== undefined) return waiting
      const lane: Lane = { worker: started(start), heard: nobody, failed: nobody }
      lane.worker.addEventListener('message', ({ data }) => lane.heard(data))
      lane.worker.addEventListener('error', event => {
        const place = idle.indexOf(lane)
        if (place >= 0) idle.splice(place, 1)
        lane.failed(broken('error' in event ? event.error : event))
      })
      return lane
    },
    giveBack(lane) {
      Object.assign(lane, { heard: nobody, failed: nobody })
      if (idle.length < mostIdle) idle.push(lane)
      else lanes.end(lane)
    },
    end(lane) {
      Object.assign(lane, { heard: nobody, failed: nobody })
      lane.worker.terminate()
    },
    dispose() {
      for (const lane of idle.splice(0)) lanes.end(lane)
    },
  }
  return lanes
}

const nobody = (): void => {}

const started = (start: () => InterpreterWorker): InterpreterWorker => {
  try {
    return start()
  } catch (cause) {
    throw broken(cause)
  }
}

const broken = (cause: unknown): SandboxError =>
  new SandboxError('sandbox/engine', 'The worker of the session did not start, or broke. See the cause.', { cause })
