/** A vector in bytes: each number is `byte * scale`, off by at most half of the scale. */
export interface Quantized {
  readonly bytes: Int8Array
  readonly scale: number
}

/** Rounds a vector to bytes from -127 to 127, by its greatest number; a vector of zeros keeps the scale 0. */
export const quantize = (vector: Float32Array): Quantized => {
  let greatest = 0
  for (const value of vector) greatest = Math.max(greatest, Math.abs(value))
  const bytes = new Int8Array(vector.length)
  if (greatest === 0) return { bytes, scale: 0 }
  const scale = greatest / 127
  for (let index = 0; index < vector.length; index += 1) bytes[index] = Math.round((vector[index] ?? 0) / scale)
  return { bytes, scale }
}
