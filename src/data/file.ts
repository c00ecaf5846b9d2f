import { base64Of } from './base64.ts'

/** A file a model reads: a data URI, its bytes, or the id under which the provider has it. In DSPy's files too. */
export type FileValue =
  | string
  | FileData
  | { readonly bytes: Uint8Array; readonly mediaType: string; readonly name?: string }

export interface FileData {
  readonly name?: string
  /** A data URI. */
  readonly data?: string
  /** What the provider calls it, once it was sent there. */
  readonly fileId?: string
}

/**
 * A file from its bytes, as a data URI, so that it can stand in a demo and in a program file.
 *
 * @example
 * await summarize.run({ report: file(bytes, 'application/pdf', 'report.pdf') }, { model })
 */
export const file = (bytes: Uint8Array, mediaType: string, name?: string): FileData => ({
  data: `data:${mediaType};base64,${base64Of(bytes)}`,
  ...(name !== undefined && { name }),
})
