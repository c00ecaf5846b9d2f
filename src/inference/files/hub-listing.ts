import { parseJson } from '../../data/safe-json.ts'

/** What a hub tells of a repository at one commit. */
export interface HubListing {
  readonly commit: string
  readonly files: readonly HubFile[]
}

export interface HubFile {
  readonly name: string
  readonly bytes?: number | undefined
  /** Of the contents, for large files. */
  readonly sha256?: string | undefined
  /** The name that git gives the contents of the others. */
  readonly gitBlob?: string | undefined
}

/** The listing in the answer of `/api/models/{repository}/revision/{revision}?blobs=true`; undefined when it is none. */
export const hubListing = (text: string): HubListing | undefined => {
  const found: unknown = parsed(text)
  if (!hasText(found, 'sha', /^[0-9a-f]{40,64}$/) || !('siblings' in found) || !Array.isArray(found.siblings)) {
    return undefined
  }
  return { commit: found.sha, files: found.siblings.flatMap(hubFile) }
}

/** What kept listings are written as, in the same form. */
export const listingText = ({ commit, files }: HubListing): string =>
  JSON.stringify({
    sha: commit,
    siblings: files.map(({ name, bytes, sha256, gitBlob }) => ({
      rfilename: name,
      ...(bytes === undefined ? {} : { size: bytes }),
      ...(gitBlob === undefined ? {} : { blobId: gitBlob }),
      ...(sha256 === undefined ? {} : { lfs: { sha256 } }),
    })),
  })

const hubFile = (found: unknown): readonly HubFile[] => {
  if (!hasText(found, 'rfilename', /./)) return []
  const bytes = 'size' in found && Number.isSafeInteger(found.size) ? Number(found.size) : undefined
  const large = 'lfs' in found ? found.lfs : undefined
  if (hasText(large, 'sha256', /^[0-9a-f]{64}$/)) return [{ name: found.rfilename, bytes, sha256: large.sha256 }]
  const gitBlob = hasText(found, 'blobId', /^[0-9a-f]{40}$/) ? found.blobId : undefined
  return [{ name: found.rfilename, bytes, gitBlob }]
}

const hasText = <Key extends string>(found: unknown, key: Key, form: RegExp): found is Record<Key, string> =>
  typeof found === 'object' &&
  found !== null &&
  Object.hasOwn(found, key) &&
  typeof (found as Record<Key, unknown>)[key] === 'string' &&
  form.test(String((found as Record<Key, unknown>)[key]))

const parsed = (text: string): unknown => {
  try {
    return parseJson(text)
  } catch {
    return undefined // a page of somebody else, say
  }
}
