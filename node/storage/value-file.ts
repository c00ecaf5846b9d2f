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
  const end = bytes.indexOf(10)
  const header = end === -1 ? undefined : headerOf(bytes.subarray(0, end))
  if (!header || header.bytes !== bytes.byteLength - end - 1) return undefined
  const { version, expires } = header
  // A copy: a small file is read into memory that the platform shares.
  const value = Uint8Array.from(bytes.subarray(end + 1))
  return expires === undefined ? { value, version } : { value, version, expires }
}

const headerOf = (line: Uint8Array) => {
  try {
    const { version, bytes, expires } = JSON.parse(Buffer.from(line).toString('utf8'))
    const fits = typeof version === 'string' && typeof bytes === 'number'
    if (fits && (expires === undefined || typeof expires === 'number')) return { version, bytes, expires }
  } catch {
    // not a header
  }
  return undefined
}
