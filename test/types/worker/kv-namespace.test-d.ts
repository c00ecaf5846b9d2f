import type { KvNamespace } from '../../../worker/storage/kv-namespace.ts'

// What Cloudflare binds is what the store takes.
export const ours = (theirs: KVNamespace): KvNamespace => theirs
