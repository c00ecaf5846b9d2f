/**
 * What only browsers have: local models in a Web Worker, and stores in IndexedDB and the Origin Private
 * File System.
 */
export { type BrowserScope, browserHardware, type GpuAdapterFacts } from './inference/browser-hardware.ts'
export { grammarWasm } from './inference/grammar-wasm.ts'
export { type LocalModelOptions, localModel } from './inference/local-model.ts'
export type { MessageEnd } from './inference/message-end.ts'
export { type OpfsFileCacheOptions, opfsFileCache } from './inference/opfs-cache.ts'
export { type PickedFile, type PickedFilesOptions, pickedFiles } from './inference/picked-files.ts'
export { serveModel } from './inference/serve-model.ts'
export { type WorkerLike, type WorkerModel, type WorkerModelOptions, workerModel } from './inference/worker-model.ts'
export { type IndexedDbStorageOptions, indexedDbStorage } from './storage/indexed-db.ts'
export { type OpfsStorageOptions, opfsStorage } from './storage/opfs.ts'
