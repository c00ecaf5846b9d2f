import { base64Of } from './base64.ts'

/** An image a model looks at: its address (https, or a data URI), or its bytes. In DSPy's files too. */
export type ImageValue = string | ImageAddress | { readonly bytes: Uint8Array; readonly mediaType: string }

export interface ImageAddress {
  /** `https:`, or a data URI. */
  readonly url: string
  /** How closely the model should look, for providers that ask. */
  readonly detail?: 'low' | 'high' | 'auto'
}

/**
 * An image from its bytes, as a data URI, so that it can stand in a demo and in a file.
 *
 * @example
 * await describe.run({ photo: image(bytes, 'image/png') }, { model })
 */
export const image = (bytes: Uint8Array, mediaType: string): ImageAddress => ({
  url: `data:${mediaType};base64,${base64Of(bytes)}`,
})
