import { base64Of } from './base64.ts'

/** A recording a model hears: a data URI, or its data with the format's name. In DSPy's files too. */
export type AudioValue = string | AudioData | { readonly bytes: Uint8Array; readonly format: string }

export interface AudioData {
  /** As Base64. */
  readonly data: string
  /** `wav`, `mp3`: what the provider takes. */
  readonly format: string
}

/**
 * A recording from its bytes, as Base64, so that it can stand in a demo and in a file.
 *
 * @example
 * await transcribe.run({ call: audio(bytes, 'wav') }, { model })
 */
export const audio = (bytes: Uint8Array, format: string): AudioData => ({ data: base64Of(bytes), format })
