/** What only browsers have: local models in a Web Worker, and stores in IndexedDB. */
export { type LocalModelOptions, localModel } from './inference/local-model.ts'
export type { FromWorker, MessageEnd, SentRequest, ToWorker } from './inference/model-messages.ts'
export { serveModel } from './inference/serve-model.ts'
export { type WorkerLike, type WorkerModel, type WorkerModelOptions, workerModel } from './inference/worker-model.ts'
export { type IndexedDbStorageOptions, indexedDbStorage } from './storage/indexed-db.ts'
