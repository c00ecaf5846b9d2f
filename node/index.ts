/** What only Node has: local models by folder, files as storage, data files, sandboxes in threads. */
export { loadRows, readRows } from './data/read-rows.ts'
export { type LocalModelOptions, localModel } from './models/local-model.ts'
export { type ModelFromNameOptions, modelFromName } from './models/model-from-name.ts'
export { quickjsEngine } from './sandbox/quickjs-engine.ts'
export { threadSandbox } from './sandbox/thread-sandbox.ts'
export { fileSystemStorage } from './storage/file-system.ts'
export { type McpCommandOptions, mcpCommandTools } from './tools/mcp-command-tools.ts'
