import type { Storage } from '../../src/index.ts'

/** A storage that reads in another one what it does not have, and never writes there. */
export const readThrough = (own: Storage, earlier: Storage): Storage => ({
  capabilities: { ...own.capabilities, compareAndSet: false },
  get: async (key, options) => (await own.get(key, options)) ?? earlier.get(key, options),
  put: (key, value, options) => own.put(key, value, options),
  delete: (key, options) => own.delete(key, options),
  list: (prefix, options) => own.list(prefix, options),
})
