/** Starts the worker of local models; bundlers look for exactly this expression. */
export const startWorker = (): Worker =>
  new Worker(new URL('./worker.ts', import.meta.url), { type: 'module', name: 'kkachi' })
