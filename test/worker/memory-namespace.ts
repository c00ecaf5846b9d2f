import type { KvNamespace } from '../../worker/storage/kv-namespace.ts'

export interface MemoryNamespace extends KvNamespace {
  readonly names: () => readonly string[]
}

/** A namespace that lives in the test: what the Worker binds, without a Worker around it. */
export const memoryNamespace = (): MemoryNamespace => {
  const kept = new Map<string, { readonly value: ArrayBuffer; readonly metadata: unknown }>()
  return {
    names: () => [...kept.keys()],
    async getWithMetadata(name) {
      return kept.get(name) ?? { value: null, metadata: null }
    },
    async put(name, value, { metadata }) {
      const bytes = new Uint8Array(value.buffer, value.byteOffset, value.byteLength).slice()
      kept.set(name, { value: bytes.buffer, metadata })
    },
    async delete(name) {
      kept.delete(name)
    },
    async list({ prefix }) {
      const names = [...kept.keys()].filter(name => name.startsWith(prefix)).sort()
      return { keys: names.map(name => ({ name, metadata: kept.get(name)?.metadata })), list_complete: true }
    },
  }
}
