/** The HTTP server of programs: one app for every host that speaks `fetch`. */

export { type RecentlyUsed, recentlyUsed } from '../data/recently-used.ts'
export { readApiKeys } from './api-keys.ts'
export { createApp } from './app.ts'
export { readOrigins } from './origins.ts'
export type {
  ListProgramsOptions,
  ProgramPage,
  ProgramStore,
  ProgramStoreOptions,
  PutProgramOptions,
  ServedProgram,
} from './program-store.ts'
export { programStore } from './program-store.ts'
export type { ReadProgram } from './read-program.ts'
export type { Failure, Services } from './services.ts'
