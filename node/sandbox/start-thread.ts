import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { packageRoot } from '../package-root.ts'

/** A thread for untrusted code, which sees no environment variables. */
export const startThread = (): Worker => new Worker(scriptPath(), { env: {}, name: 'kkachi-sandbox' })

/** Beside this file in the sources, an entry of its own in what is built. */
const scriptPath = (): string =>
  import.meta.url.endsWith('.ts')
    ? join(packageRoot(), 'node', 'sandbox', 'sandbox-thread.ts')
    : join(packageRoot(), 'dist', 'node', 'sandbox-thread.js')
