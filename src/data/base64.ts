/** Bytes per piece: a call takes so many arguments and no more. */
const piece = 8_192

/** Bytes as Base64 (RFC 4648), padded. */
export const base64Of = (bytes: Uint8Array): string => {
  const letters: string[] = []
  for (let at = 0; at < bytes.length; at += piece) letters.push(String.fromCharCode(...bytes.subarray(at, at + piece)))
  return btoa(letters.join(''))
}
