/** Program files beyond loading and saving: what stands in them. */
export { hasPool } from './demo-pool.ts'
export { importedSignature } from './frozen-program.ts'
export { type FileMetadata, fileFormat, type ProgramFile, readProgramFile } from './program-file.ts'
export { stateDigest } from './save-program.ts'
