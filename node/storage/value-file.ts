/** What a file of the store holds: one line of JSON, then the bytes. */
export interface ValueFile {
  readonly value: Uint8Array
  readonly version: string
  /** Milliseconds since 1970; undefined for never. */
  readonly expires?: number
}

/** The bytes of the file. */
export const packValue = ({ value, version, expires }: ValueFile): Uint8Array => {
  const header = Buffer.from(`${JSON.stringify({ version, bytes: value.byteLength, expires })}\n`)
  return Buffer.concat([header, value])
}

/** What the bytes hold; undefined when they are not of this store or were cut when the machine lost its power. */
export const unpackValue = (bytes: Uint8Array): ValueFile | undefined => {
  const header = unpackHeader(bytes, bytes.byteLength)
  if (!header) return undefined
  const { version, expires, start } = header
  // A copy: a small file is read into memory that the platform shares.
  const value = Uint8Array.from(bytes.subarray(start))
  return expires === undefined ? { value, version } : { value, version, expires }
}

/** No header is longer than this. */
export const headerLength = 256

interface Header {
  readonly version: string
  readonly expires: number | undefined
  /** Where the value begins. */
  readonly start: number
}

/** The header at the beginning of a file of `size` bytes; undefined when it is none or the size is not the one it tells. */
export const unpackHeader = (beginning: Uint8Array, size: number): Header | undefined => {
  const end = beginning.subarray(0, headerLength).indexOf(10)
  if (end === -1) return undefined
  try {
    const { version, bytes, expires } = JSON.parse(Buffer.from(beginning.subarray(0, end)).toString('utf8'))
    const fits = typeof version === 'string' && bytes === size - end - 1
    if (fits && (expires === undefined || typeof expires === 'number')) return { version, expires, start: end + 1 }
  } catch {
    // not a header
  }
  return undefined
}
