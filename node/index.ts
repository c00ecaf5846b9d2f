/** What only Node has: local models by folder, files as storage, data files, the command line as a function. */
export { loadRows, readRows } from './data/read-rows.ts'
export { type LocalModelOptions, localModel } from './models/local-model.ts'
export { type ModelFromNameOptions, modelFromName } from './models/model-from-name.ts'
export { fileSystemStorage } from './storage/file-system.ts'
