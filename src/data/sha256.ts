const encoder = /* @__PURE__ */ new TextEncoder()

/** The SHA-256 of a text's UTF-8, as 64 lower-case hexadecimal digits. */
export const sha256 = async (text: string): Promise<string> => {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', encoder.encode(text)))
  let hex = ''
  for (const byte of digest) hex += byte < 16 ? `0${byte.toString(16)}` : byte.toString(16)
  return hex
}
