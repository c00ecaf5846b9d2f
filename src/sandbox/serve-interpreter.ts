import type { HostFunction, InterpreterSession } from '../ports/code-interpreter.ts'
import { systemClock } from '../ports/system-clock.ts'
import { engineLoader } from './engine-loader.ts'
import { failedCall } from './failed-call.ts'
import type { FromInterpreter, ToInterpreter } from './interpreter-messages.ts'
import { isOver, openSession } from './open-session.ts'
import type { ServeSandboxOptions } from './serve-sandbox.ts'
import type { SandboxEnd } from './worker-messages.ts'

/** A call that waits for the host's answer. */
interface Waiting {
  resolve(value: unknown): void
  reject(error: Error): void
}

/**
 * Runs the session of a `workerInterpreter`, inside its worker. It may share the script with `serveSandbox`.
 *
 * @example
 * // The whole of a worker's script:
 * serveInterpreter(self, { engine })
 */
export const serveInterpreter = (
  end: SandboxEnd<FromInterpreter, ToInterpreter>,
  { engine, clock = systemClock }: ServeSandboxOptions,
): void => {
  const load = engineLoader(engine)
  const waiting = new Map<number, Waiting>()
  let session: Promise<InterpreterSession> = Promise.reject(isOver())
  session.catch(() => {}) // nothing runs before it is opened
  let calls = 0

  const atHost =
    (name: string): HostFunction =>
    (...given) =>
      new Promise((resolve, reject) => {
        calls += 1
        waiting.set(calls, { resolve, reject })
        end.postMessage({ called: calls, name, given })
      })
  const told = async (id: number, work: (session: InterpreterSession) => Promise<{ readonly output: string }>) => {
    let over = true
    try {
      const opened = await session
      const outcome = await work(opened).finally(() => {
        over = opened.over
      })
      end.postMessage({ id, outcome, over })
    } catch (error) {
      end.postMessage({ id, error: failedCall(error), over })
    }
  }

  end.addEventListener('message', ({ data }) => {
    if ('open' in data) {
      const functions = new Map(data.functions.map(name => [name, atHost(name)]))
      session = load().then(module => openSession(module, data.open, functions, clock))
      void told(0, async () => ({ output: '' }))
    } else if ('run' in data) void told(data.run, opened => opened.run(data.code))
    else if ('answer' in data) {
      const call = waiting.get(data.answer)
      waiting.delete(data.answer)
      if ('refused' in data) call?.reject(new Error(data.refused))
      else call?.resolve(data.json === undefined ? undefined : JSON.parse(data.json))
    }
  })
}
