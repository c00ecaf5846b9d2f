/** What a data URI holds. */
export interface DataUri {
  /** In lower case, without parameters; `text/plain` where it names none. */
  readonly mediaType: string
  /** As Base64. */
  readonly base64: string
}

/** The parts of a Base64 data URI (RFC 2397); undefined for every other text. */
export const dataUri = (text: string): DataUri | undefined => {
  if (text.slice(0, 5).toLowerCase() !== 'data:') return undefined
  const comma = text.indexOf(',')
  const [mediaType = '', ...parameters] = text.slice(5, Math.max(5, comma)).split(';')
  if (comma < 0 || parameters.at(-1)?.trim().toLowerCase() !== 'base64') return undefined
  return { mediaType: mediaType.trim().toLowerCase() || 'text/plain', base64: text.slice(comma + 1).trim() }
}
