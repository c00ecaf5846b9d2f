/** What only browsers have: stores in IndexedDB and in the Origin Private File System. */
export { type IndexedDbStorageOptions, indexedDbStorage } from './storage/indexed-db.ts'
