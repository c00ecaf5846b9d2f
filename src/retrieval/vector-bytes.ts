const digestBytes = 32

/** A vector as bytes: a digest over key and numbers, then the numbers in 32-bit floats, little-endian. */
export const packVector = async (key: string, vector: Float32Array): Promise<Uint8Array> => {
  const bytes = new Uint8Array(digestBytes + 4 * vector.length)
  const view = new DataView(bytes.buffer)
  for (const [place, value] of vector.entries()) view.setFloat32(digestBytes + 4 * place, value, true)
  bytes.set(await digestOf(key, bytes.subarray(digestBytes)))
  return bytes
}

/** The vector in such bytes, or undefined when they are damaged or of another key. */
export const unpackVector = async (key: string, bytes: Uint8Array): Promise<Float32Array | undefined> => {
  const content = bytes.subarray(digestBytes)
  if (content.length === 0 || content.length % 4 !== 0) return undefined
  const digest = await digestOf(key, content)
  if (digest.some((byte, place) => bytes[place] !== byte)) return undefined
  const view = new DataView(content.buffer, content.byteOffset, content.byteLength)
  const vector = Float32Array.from({ length: content.length / 4 }, (_, place) => view.getFloat32(4 * place, true))
  return vector.every(Number.isFinite) ? vector : undefined
}

const digestOf = async (key: string, content: Uint8Array): Promise<Uint8Array> => {
  const prefix = new TextEncoder().encode(`${key}\n`)
  const whole = new Uint8Array(prefix.length + content.length)
  whole.set(prefix)
  whole.set(content, prefix.length)
  return new Uint8Array(await crypto.subtle.digest('SHA-256', whole))
}
