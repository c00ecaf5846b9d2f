import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { type Sandbox, type SandboxWorker, type WorkerSandboxOptions, workerSandbox } from '../../src/sandbox/index.ts'
import { packageRoot } from '../package-root.ts'

/**
 * A sandbox in a thread of its own, so that the process answers others while untrusted code runs. The thread sees no
 * environment variables, and does not keep the process alive while nobody waits for it.
 *
 * @example
 * const metric = sandboxedMetric(source, { sandbox: threadSandbox() })
 */
export const threadSandbox = (options: Omit<WorkerSandboxOptions, 'start'> = {}): Sandbox =>
  workerSandbox({ ...options, start: startThread })

const startThread = (): SandboxWorker => {
  const thread = new Worker(scriptPath(), { env: {}, name: 'kkachi-sandbox' })
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

/** Beside this file in the sources, an entry of its own in what is built. */
const scriptPath = (): string =>
  import.meta.url.endsWith('.ts')
    ? join(packageRoot(), 'node', 'sandbox', 'sandbox-thread.ts')
    : join(packageRoot(), 'dist', 'node', 'sandbox-thread.js')
