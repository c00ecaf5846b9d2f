import { largeSha256 } from './large-sha256.ts'

/** What the contents of a file have to be, as far as somebody told. */
export interface Checksum {
  /** Lower-case hexadecimal digits. */
  readonly sha256?: string | undefined
  /** The name that git gives the contents (SHA-1 over their length and them), lower-case hexadecimal digits. */
  readonly gitBlob?: string | undefined
}

/** The digest of something, after some bytes before it, as `FilePart` has it. */
export type Digest = (algorithm: 'SHA-1' | 'SHA-256', before?: Uint8Array<ArrayBuffer>) => Promise<string | undefined>

/** The SHA-256 of bytes, as 64 lower-case hexadecimal digits. */
export const sha256OfBytes = async (bytes: Uint8Array<ArrayBuffer>): Promise<string> =>
  bytes.length > mostOfPlatform ? largeSha256(bytes) : hexOf(await crypto.subtle.digest('SHA-256', bytes))

/** Node's digest takes no more. */
const mostOfPlatform = 2 ** 31 - 1

/** Of bytes in memory. */
export const digestOfBytes =
  (bytes: Uint8Array<ArrayBuffer>): Digest =>
  async (algorithm, before = new Uint8Array(0)) => {
    if (algorithm === 'SHA-256' && before.length === 0) return sha256OfBytes(bytes)
    const all = new Uint8Array(before.length + bytes.length)
    all.set(before)
    all.set(bytes, before.length)
    return hexOf(await crypto.subtle.digest(algorithm, all))
  }

/** What is wrong with so many bytes whose SHA-256 is known; undefined when nothing is. */
export const checksumProblem = async (
  bytes: number,
  sha256: string,
  expected: Checksum,
  digest: Digest,
): Promise<string | undefined> => {
  if (expected.sha256 !== undefined && expected.sha256.toLowerCase() !== sha256) {
    return `its SHA-256 is ${sha256}, expected ${expected.sha256}`
  }
  if (expected.gitBlob === undefined) return undefined
  const found = await digest('SHA-1', new TextEncoder().encode(`blob ${bytes}\0`))
  return found === expected.gitBlob ? undefined : `git calls its contents ${found}, expected ${expected.gitBlob}`
}

const hexOf = (digest: ArrayBuffer): string =>
  Array.from(new Uint8Array(digest), byte => byte.toString(16).padStart(2, '0')).join('')
