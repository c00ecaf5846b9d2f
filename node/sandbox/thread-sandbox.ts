import { type Sandbox, type SandboxWorker, type WorkerSandboxOptions, workerSandbox } from '../../src/sandbox/index.ts'
import { startThread } from './start-thread.ts'

/**
 * A sandbox in a thread of its own, so that the process answers others while untrusted code runs. The thread sees no
 * environment variables, and does not keep the process alive while nobody waits for it.
 *
 * @example
 * const metric = sandboxedMetric(source, { sandbox: threadSandbox() })
 */
export const threadSandbox = (options: Omit<WorkerSandboxOptions, 'start'> = {}): Sandbox =>
  workerSandbox({ ...options, start })

const start = (): SandboxWorker => {
  const thread = startThread()
  let waiting = 0
  thread.on('message', () => {
    waiting -= 1
    if (waiting === 0) thread.unref()
  })
  return {
    postMessage(message) {
      waiting += 1
      thread.ref()
      thread.postMessage(message)
    },
    addEventListener(type: string, listener: (event: never) => void) {
      if (type === 'message') thread.on('message', data => listener({ data } as never))
      else thread.on('error', error => listener({ error } as never))
    },
    terminate: () => thread.terminate(),
  }
}
