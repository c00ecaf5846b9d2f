import { parseJson } from '../../src/data/index.ts'

/** What stands before the bytes of a value: one line of JSON. */
export interface Header {
  readonly key: string
  readonly version: string
  /** Bytes of the value. */
  readonly bytes: number
  /** Milliseconds since 1970; absent for never. */
  readonly expires?: number
}

/** No header is longer: a key has 512 bytes, each at most six in JSON. */
const longestHeader = 4096

/** The parts of the file of a value. */
export const fileParts = (header: Header, value: Uint8Array<ArrayBuffer>): readonly BlobPart[] => [
  `${JSON.stringify(header)}\n`,
  value,
]

/** The header of a file and where the value begins; undefined where the file is not whole, or not one of ours. */
export const readHeader = async (
  file: Blob,
): Promise<{ readonly header: Header; readonly start: number } | undefined> => {
  const beginning = new Uint8Array(await file.slice(0, longestHeader).arrayBuffer())
  const end = beginning.indexOf(10)
  if (end < 0) return undefined
  const header = headerFrom(new TextDecoder().decode(beginning.subarray(0, end)))
  return header && header.bytes === file.size - end - 1 ? { header, start: end + 1 } : undefined
}

const headerFrom = (line: string): Header | undefined => {
  try {
    const found: unknown = parseJson(line)
    return isHeader(found) ? found : undefined
  } catch {
    return undefined
  }
}

const isHeader = (found: unknown): found is Header =>
  typeof found === 'object' &&
  found !== null &&
  'key' in found &&
  typeof found.key === 'string' &&
  'version' in found &&
  typeof found.version === 'string' &&
  'bytes' in found &&
  typeof found.bytes === 'number' &&
  (!('expires' in found) || typeof found.expires === 'number')
