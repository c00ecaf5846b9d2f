/**
 * What only browsers have: local models in a Web Worker, and stores in IndexedDB and the Origin Private
 * File System.
 */
export { type LocalModelOptions, localModel } from './inference/local-model.ts'
export type { MessageEnd } from './inference/message-end.ts'
export { serveModel } from './inference/serve-model.ts'
export { type WorkerLike, type WorkerModel, type WorkerModelOptions, workerModel } from './inference/worker-model.ts'
export { type IndexedDbStorageOptions, indexedDbStorage } from './storage/indexed-db.ts'
export { type OpfsStorageOptions, opfsStorage } from './storage/opfs.ts'
