import { canonicalJson, sha256 } from '../../src/data/index.ts'
import { RuntimeError } from '../../src/index.ts'

/** Where the files of a model are: each by its address, in one folder, or in a repository on the hub. */
export type ModelSource =
  | { readonly files: Readonly<Record<string, string>> }
  | { readonly folder: string }
  | { readonly repository: string }

/** The address of a file; undefined where there is no such file, or where the hub knows. */
export const addressOf = (source: ModelSource, file: string): string | undefined => {
  if ('files' in source) return Object.hasOwn(source.files, file) ? source.files[file] : undefined
  return 'folder' in source ? new URL(file, source.folder).href : undefined
}

/**
 * Tells files that were replaced from those before: the SHA-256 over names and contents where the names are known, else
 * the address.
 *
 * @throws RuntimeError `runtime/model-files` when a file cannot be fetched
 */
export const sourceDigest = async (source: ModelSource): Promise<string> => {
  if (!('files' in source)) return sha256(canonicalJson({ ...source }))
  const digests = await Promise.all(Object.values(source.files).map(fileDigest))
  return sha256(
    canonicalJson(Object.fromEntries(Object.keys(source.files).map((name, at) => [name, digests[at] ?? '']))),
  )
}

const fileDigest = async (url: string): Promise<string> => {
  try {
    const response = await fetch(url)
    if (!response.ok) throw new Error(`HTTP ${response.status}`)
    const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', await response.arrayBuffer()))
    return Array.from(digest, byte => byte.toString(16).padStart(2, '0')).join('')
  } catch (cause) {
    const message = `A file of the model could not be fetched from ${url}. Check that it is there, and the connection.`
    throw new RuntimeError('runtime/model-files', message, { cause })
  }
}
